package dev.headroom.storage.model;

/**
 * What kind of failure an error is, with the HTTP status that answers it. Every API writes its own
 * body from this; overload is 503 and not 429, because common senders drop a batch on 429.
 */
public enum ErrorCategory {
  /** The request or item can never work as it is. */
  INVALID(400),
  UNAUTHENTICATED(401),
  FORBIDDEN(403),
  NOT_FOUND(404),
  METHOD_NOT_ALLOWED(405),
  /** A {@code create} of a live id, or one idempotency key with two bodies. */
  CONFLICT(409),
  TOO_LARGE(413),
  UNSUPPORTED_MEDIA(415),
  /** Well-formed, but cannot be evaluated (PromQL execution errors). */
  UNPROCESSABLE(422),
  /** A tenant's own limit; answered per item or by Loki's door only. */
  TENANT_LIMIT(429),
  INTERNAL(500),
  /** Too much at once: try again later. */
  OVERLOADED(503),
  /** Cannot write: disk full, WAL poisoned, stopping. */
  UNAVAILABLE(503),
  /** The deadline passed before there was anything to answer. */
  TIMEOUT(503);

  private final int httpStatus;

  ErrorCategory(int httpStatus) {
    this.httpStatus = httpStatus;
  }

  public int httpStatus() {
    return httpStatus;
  }

  /** Whether the same request may succeed later; such answers carry {@code Retry-After}. */
  public boolean isRetryable() {
    return httpStatus == 503 || httpStatus == 429;
  }
}
