package dev.headroom.query.promql;

/** A sum with Neumaier's compensation (1974): its error does not grow with the number of terms. */
final class KahanSum {
  private double sum;
  private double compensation;

  KahanSum add(double term) {
    double next = sum + term;
    if (Double.isInfinite(next)) {
      compensation = 0;
    } else if (Math.abs(sum) >= Math.abs(term)) {
      compensation += (sum - next) + term;
    } else {
      compensation += (term - next) + sum;
    }
    sum = next;
    return this;
  }

  double value() {
    return Double.isInfinite(sum) ? sum : sum + compensation;
  }
}
