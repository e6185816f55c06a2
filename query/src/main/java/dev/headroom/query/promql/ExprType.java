package dev.headroom.query.promql;

/** What an expression gives; the label is the word of Prometheus's messages. */
public enum ExprType {
  SCALAR("scalar"),
  VECTOR("instant vector"),
  MATRIX("range vector"),
  STRING("string");

  private final String label;

  ExprType(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
