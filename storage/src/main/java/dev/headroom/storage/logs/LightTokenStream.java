package dev.headroom.storage.logs;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.BytesTermAttribute;
import org.apache.lucene.util.BytesRef;

/**
 * {@link LightTokenizer} as Lucene wants it; one is reused for every text of an indexing thread.
 */
final class LightTokenStream extends TokenStream {
  private final BytesTermAttribute term = addAttribute(BytesTermAttribute.class);
  private final LightTokenizer tokenizer = new LightTokenizer();
  private final BytesRef bytes = new BytesRef();

  LightTokenStream over(byte[] utf8, int offset, int length) {
    tokenizer.reset(utf8, offset, length);
    return this;
  }

  @Override
  public boolean incrementToken() {
    clearAttributes();
    if (!tokenizer.next()) {
      return false;
    }
    bytes.bytes = tokenizer.token();
    bytes.length = tokenizer.tokenLength();
    term.setBytesRef(bytes);
    return true;
  }
}
