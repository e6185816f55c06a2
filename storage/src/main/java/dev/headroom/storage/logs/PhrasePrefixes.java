package dev.headroom.storage.logs;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.TreeSet;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.MultiPhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;

/** Phrases whose last word is only begun. */
final class PhrasePrefixes {
  /** Words that may complete one; a request for more is refused rather than cut. */
  private static final int MAX_WORDS = 2000;

  static Query of(IndexReader reader, String name, String text, int slop) {
    List<String> tokens = LightTokenizer.tokens(text);
    if (tokens.isEmpty()) {
      return MatchNoDocsQuery.INSTANCE;
    }
    var last = new Term(name, tokens.getLast());
    if (tokens.size() == 1) {
      return new PrefixQuery(last);
    }
    Term[] completed = completed(reader, last);
    if (completed.length == 0) {
      return MatchNoDocsQuery.INSTANCE;
    }
    var phrase = new MultiPhraseQuery.Builder().setSlop(slop);
    tokens.subList(0, tokens.size() - 1).forEach(token -> phrase.add(new Term(name, token)));
    return phrase.add(completed).build();
  }

  private static Term[] completed(IndexReader reader, Term begun) {
    var words = new TreeSet<BytesRef>();
    try {
      for (LeafReaderContext leaf : reader.leaves()) {
        Terms terms = leaf.reader().terms(begun.field());
        if (terms != null) {
          collect(terms.iterator(), begun, words);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return words.stream().map(word -> new Term(begun.field(), word)).toArray(Term[]::new);
  }

  private static void collect(TermsEnum terms, Term begun, TreeSet<BytesRef> words)
      throws IOException {
    if (terms.seekCeil(begun.bytes()) == TermsEnum.SeekStatus.END) {
      return;
    }
    BytesRef word = terms.term();
    while (word != null && StringHelper.startsWith(word, begun.bytes())) {
      words.add(BytesRef.deepCopyOf(word));
      if (words.size() > MAX_WORDS) {
        throw HeadroomException.invalid(
            "more than "
                + MAX_WORDS
                + " words begin with "
                + Printable.quote(begun.text())
                + "; write more of it");
      }
      word = terms.next();
    }
  }

  private PhrasePrefixes() {}
}
