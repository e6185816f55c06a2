package dev.headroom.storage.ledger;

import java.util.Locale;

/** The parts stored bytes are made of; {@link #isOverhead} marks what is no user's data. */
public enum Structure {
  // logs
  SOURCE,
  TERMS,
  POSTINGS,
  POSITIONS,
  DOC_VALUES,
  SKIP_INDEX,
  NORMS,
  IDS,
  /** Records already deleted or replaced, until a merge frees them. */
  DELETED,
  // metrics
  TIMES,
  VALUES,
  LABELS,
  LABEL_POSTINGS,
  CHUNK_META,
  // overhead
  HEADERS,
  SEGMENT_INFO,
  PADDING,
  LIVE_DOCS,
  WAL,
  MANIFEST,
  LEDGER,
  LOCK,
  TEMPORARY,
  /** Preallocated and not yet written. */
  RESERVED,
  OTHER;

  public boolean isOverhead() {
    return ordinal() >= HEADERS.ordinal();
  }

  /** Whether it is a part of stored samples, and not of log records. */
  public boolean isOfSamples() {
    return ordinal() >= TIMES.ordinal() && ordinal() <= CHUNK_META.ordinal();
  }

  /** As answers name it: {@code doc_values}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
