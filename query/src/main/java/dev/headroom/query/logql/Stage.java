package dev.headroom.query.logql;

/**
 * One step of a query's pipeline. Its text form is its LogQL, so that a query can be written again.
 */
interface Stage {
  /** Changes the entry; false when it is to be left out. */
  boolean process(Entry entry);

  /** The stage as it stands before the first entry of a run; itself unless it remembers things. */
  default Stage start() {
    return this;
  }
}
