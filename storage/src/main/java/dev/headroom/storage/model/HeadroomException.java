package dev.headroom.storage.model;

import org.jspecify.annotations.Nullable;

/**
 * A failure with a category; its message is shown to the caller, so it holds no secrets or paths.
 */
public final class HeadroomException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ErrorCategory category;

  public HeadroomException(ErrorCategory category, String message) {
    super(message);
    this.category = category;
  }

  public HeadroomException(ErrorCategory category, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.category = category;
  }

  public static HeadroomException invalid(String message) {
    return new HeadroomException(ErrorCategory.INVALID, message);
  }

  public ErrorCategory category() {
    return category;
  }
}
