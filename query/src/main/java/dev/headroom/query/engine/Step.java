package dev.headroom.query.engine;

/**
 * A running stage: takes rows one by one and hands rows to the next. One thread, one query.
 *
 * <p>A step that has held rows back hands them on in {@link #end}, which is called once, also when
 * the rows stopped early.
 */
abstract class Step {
  private final Step next;

  Step(Step next) {
    this.next = next;
  }

  /** The last step of a query, which has no next one. */
  @SuppressWarnings("NullAway")
  Step() {
    this.next = null;
  }

  final Step next() {
    return next;
  }

  /** Takes a row; false when no further row would change the answer. */
  abstract boolean row(Row row);

  void end() {
    next.end();
  }

  /** Hands rows on as long as they are wanted, then the end. */
  final void finish(Iterable<Row> rows) {
    for (Row row : rows) {
      if (!next.row(row)) {
        break;
      }
    }
    next.end();
  }
}
