package dev.headroom.query.engine;

import dev.headroom.storage.model.Deadline;

/**
 * A text that can be read until the deadline of a query. Regular expressions take linear time, but
 * a large one on a long text takes seconds, and a query may have many of them.
 */
final class TimedText implements CharSequence {
  /** The deadline passed while the text was read. */
  static final class Late extends RuntimeException {
    private static final long serialVersionUID = 1;

    Late() {
      super("query timed out", null, false, false);
    }
  }

  private static final int READS_BETWEEN_CHECKS = 64;

  private final String text;
  private final Deadline deadline;
  private int reads;

  TimedText(String text, Deadline deadline) {
    this.text = text;
    this.deadline = deadline;
  }

  /**
   * @throws Late past the deadline
   */
  @Override
  public char charAt(int index) {
    if (++reads % READS_BETWEEN_CHECKS == 0 && deadline.isExpired()) {
      throw new Late();
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
