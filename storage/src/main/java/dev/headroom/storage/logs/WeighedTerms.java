package dev.headroom.storage.logs;

import java.io.IOException;
import org.apache.lucene.index.FilterLeafReader.FilterTerms;
import org.apache.lucene.index.FilterLeafReader.FilterTermsEnum;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Adds up, as somebody walks over all postings, what each group of documents has of the field. */
final class WeighedTerms extends FilterTerms {
  private final int[] groupOf;
  private final long[] weights;

  WeighedTerms(Terms terms, int[] groupOf, long[] weights) {
    super(terms);
    this.groupOf = groupOf;
    this.weights = weights;
  }

  /** What one occurrence of a term weighs. */
  static int weight(BytesRef term) {
    return term.length + 1;
  }

  @Override
  public TermsEnum iterator() throws IOException {
    boolean hasFrequencies = in.hasFreqs();
    return new FilterTermsEnum(in.iterator()) {
      @Override
      public PostingsEnum postings(@Nullable PostingsEnum reuse, int flags) throws IOException {
        // The writer offers what it got for the field before as well.
        Weighed weighed =
            reuse instanceof Weighed known && known.weights == weights
                ? known
                : new Weighed(groupOf, weights, hasFrequencies);
        return weighed.over(in.postings(weighed.in, flags), weight(in.term()));
      }
    };
  }

  private static final class Weighed extends PostingsEnum {
    private final int[] groupOf;
    private final long[] weights;
    private final boolean hasFrequencies;
    private long weight;

    @SuppressWarnings("NullAway.Init")
    private PostingsEnum in;

    Weighed(int[] groupOf, long[] weights, boolean hasFrequencies) {
      this.groupOf = groupOf;
      this.weights = weights;
      this.hasFrequencies = hasFrequencies;
    }

    Weighed over(PostingsEnum postings, int weightOfTerm) {
      in = postings;
      weight = weightOfTerm;
      return this;
    }

    @Override
    public int nextDoc() throws IOException {
      int doc = in.nextDoc();
      if (doc != NO_MORE_DOCS) {
        weights[groupOf[doc]] += hasFrequencies ? weight * in.freq() : weight;
      }
      return doc;
    }

    @Override
    public int advance(int target) throws IOException {
      return slowAdvance(target);
    }

    @Override
    public int docID() {
      return in.docID();
    }

    @Override
    public long cost() {
      return in.cost();
    }

    @Override
    public int freq() throws IOException {
      return in.freq();
    }

    @Override
    public int nextPosition() throws IOException {
      return in.nextPosition();
    }

    @Override
    public int startOffset() throws IOException {
      return in.startOffset();
    }

    @Override
    public int endOffset() throws IOException {
      return in.endOffset();
    }

    @Override
    public @Nullable BytesRef getPayload() throws IOException {
      return in.getPayload();
    }
  }
}
