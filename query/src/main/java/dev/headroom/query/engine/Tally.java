package dev.headroom.query.engine;

import dev.headroom.query.lang.PipeStage.Function;
import dev.headroom.query.lang.PipeStage.Measure;
import dev.headroom.storage.sketch.DistinctSketch;
import dev.headroom.storage.sketch.QuantileSketch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One measure of one group, gathered row by row; parts can be merged. One thread. */
abstract sealed class Tally {
  private static final long SMALL = 64;

  static Tally of(Measure measure) {
    return switch (measure.function()) {
      case COUNT -> new Count();
      case SUM, AVG, STDDEV -> new Moments(measure.function());
      case MIN -> new Extreme(-1);
      case MAX -> new Extreme(1);
      case PERCENTILE -> new Quantile(measure.argument() / 100);
      case UNIQ -> new Distinct();
      case FIRST -> new Place(-1);
      case LAST -> new Place(1);
      case VALUES -> new Different((int) measure.argument());
    };
  }

  /**
   * @param value a single one, never a list
   * @param row its number in the order of the rows
   */
  abstract void add(Object value, long row);

  /** Takes in what another of the same measure has gathered. */
  abstract void merge(Tally other);

  abstract @Nullable Object result();

  /** About how much heap it holds. */
  long bytes() {
    return SMALL;
  }

  private static final class Count extends Tally {
    private long count;

    @Override
    void add(Object value, long row) {
      count++;
    }

    @Override
    void merge(Tally other) {
      count += ((Count) other).count;
    }

    @Override
    Object result() {
      return count;
    }
  }

  /** Sum and squared distance from the mean, as Welford (1962) and Chan et al. (1979) have it. */
  private static final class Moments extends Tally {
    private final Function function;
    private long count;
    private double sum;
    private double mean;
    private double squares;

    Moments(Function function) {
      this.function = function;
    }

    @Override
    void add(Object value, long row) {
      if (value instanceof Number number) {
        double x = number.doubleValue();
        count++;
        sum += x;
        double distance = x - mean;
        mean += distance / count;
        squares += distance * (x - mean);
      }
    }

    @Override
    void merge(Tally other) {
      var more = (Moments) other;
      if (more.count == 0) {
        return;
      }
      double distance = more.mean - mean;
      double all = count + (double) more.count;
      squares += more.squares + distance * distance * count * more.count / all;
      mean += distance * more.count / all;
      count += more.count;
      sum += more.sum;
    }

    @Override
    @Nullable Object result() {
      if (count == 0) {
        return null;
      }
      return switch (function) {
        case AVG -> sum / count;
        case STDDEV -> Math.sqrt(Math.max(0, squares / count));
        default -> sum;
      };
    }
  }

  /** The least or the greatest number; of times alone, the first or the last. */
  private static final class Extreme extends Tally {
    private final int sign;
    private @Nullable Double number;
    private @Nullable Instant time;

    Extreme(int sign) {
      this.sign = sign;
    }

    @Override
    void add(Object value, long row) {
      if (value instanceof Number given) {
        double x = given.doubleValue();
        number = number == null ? x : sign < 0 ? Math.min(number, x) : Math.max(number, x);
      } else if (value instanceof Instant given
          && (time == null || given.compareTo(time) * sign > 0)) {
        time = given;
      }
    }

    @Override
    void merge(Tally other) {
      var more = (Extreme) other;
      if (more.number != null) {
        add(more.number, 0);
      }
      if (more.time != null) {
        add(more.time, 0);
      }
    }

    @Override
    @Nullable Object result() {
      return number == null ? time : number;
    }
  }

  private static final class Quantile extends Tally {
    private final double share;
    private final QuantileSketch sketch = new QuantileSketch();

    Quantile(double share) {
      this.share = share;
    }

    @Override
    void add(Object value, long row) {
      if (value instanceof Number number) {
        sketch.add(number.doubleValue());
      }
    }

    @Override
    void merge(Tally other) {
      sketch.merge(((Quantile) other).sketch);
    }

    @Override
    @Nullable Object result() {
      return sketch.count() == 0 ? null : sketch.quantile(share);
    }

    @Override
    long bytes() {
      return SMALL + sketch.bytes();
    }
  }

  private static final class Distinct extends Tally {
    private final DistinctSketch sketch = new DistinctSketch();

    @Override
    void add(Object value, long row) {
      switch (value) {
        case Long number -> sketch.addLong(number);
        case Double number -> sketch.addDouble(number);
        default -> {
          byte[] bytes = Values.text(value).getBytes(StandardCharsets.UTF_8);
          sketch.addBytes(bytes, 0, bytes.length);
        }
      }
    }

    @Override
    void merge(Tally other) {
      sketch.merge(((Distinct) other).sketch);
    }

    @Override
    Object result() {
      return sketch.count();
    }

    @Override
    long bytes() {
      return SMALL + sketch.bytes();
    }
  }

  /** The value of the first or the last row that has one. */
  private static final class Place extends Tally {
    private final int sign;
    private @Nullable Object value;
    private long row;

    Place(int sign) {
      this.sign = sign;
    }

    @Override
    void add(Object given, long givenRow) {
      // Of several values in one row, the first.
      if (value == null || (givenRow - row) * sign > 0) {
        value = given;
        row = givenRow;
      }
    }

    @Override
    void merge(Tally other) {
      var more = (Place) other;
      if (more.value != null) {
        add(more.value, more.row);
      }
    }

    @Override
    @Nullable Object result() {
      return value;
    }

    @Override
    long bytes() {
      return SMALL + Values.bytes(value);
    }
  }

  /** The values themselves, each once, in the order they came. */
  private static final class Different extends Tally {
    private final int most;
    private final Set<Object> values = new LinkedHashSet<>();
    private long bytes = SMALL;

    Different(int most) {
      this.most = most;
    }

    @Override
    void add(Object value, long row) {
      if (values.size() < most && values.add(value)) {
        bytes += SMALL + Values.bytes(value);
      }
    }

    @Override
    void merge(Tally other) {
      ((Different) other).values.forEach(value -> add(value, 0));
    }

    @Override
    Object result() {
      return new ArrayList<>(values);
    }

    @Override
    long bytes() {
      return bytes;
    }
  }
}
