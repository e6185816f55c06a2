package dev.headroom.storage.logs;

import org.apache.lucene.document.Field;
import org.apache.lucene.document.InvertableType;
import org.apache.lucene.index.IndexableFieldType;
import org.apache.lucene.util.BytesRef;

/**
 * Bytes indexed as one term. The slice is set anew for every record; the index writer has copied it
 * when it has added the document. Not thread-safe.
 */
final class SliceField extends Field {
  private final BytesRef slice;

  SliceField(String name, IndexableFieldType type) {
    this(name, type, new BytesRef());
  }

  SliceField(String name, IndexableFieldType type, BytesRef slice) {
    super(name, slice, type);
    this.slice = slice;
  }

  SliceField over(byte[] bytes, int offset, int length) {
    slice.bytes = bytes;
    slice.offset = offset;
    slice.length = length;
    return this;
  }

  SliceField over(BytesRef other) {
    return over(other.bytes, other.offset, other.length);
  }

  /** Without this the term goes through a token stream of its own, which costs more than it. */
  @Override
  public InvertableType invertableType() {
    return InvertableType.BINARY;
  }
}
