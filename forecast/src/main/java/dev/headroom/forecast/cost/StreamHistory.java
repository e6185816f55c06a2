package dev.headroom.forecast.cost;

import dev.headroom.forecast.series.RegularSeries;
import dev.headroom.storage.ledger.UsageHistory;
import dev.headroom.storage.ledger.UsageHistory.FlowTotals;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.StreamKey;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What one stream brought in and what of it is still held, by UTC day of event time.
 *
 * <p>One <i>driver</i> is forecast a stream: decoded raw bytes of a day, or stored bytes where the
 * flows reach back less far. Every other meter follows it by the ratio measured over the last 30
 * complete days, so that all meters share the same paths. Event days after today are counted as
 * today.
 */
public final class StreamHistory {
  private static final int RATIO_DAYS = 30;
  private static final int MAX_DAYS = 730;
  static final int MAX_AGE_DAYS = 3_650;
  private static final FlowTotals NOTHING = new FlowTotals(0, 0, 0, 0);

  private final StreamKey key;
  private final StreamAttributes attributes;
  private final LocalDate today;
  private final int ageDays;
  private final NavigableMap<LocalDate, Long> stored;
  private final NavigableMap<LocalDate, FlowTotals> flows;
  private final Meter driverMeter;
  private final LocalDate firstDay;
  private final Map<Meter, Double> ratios = new EnumMap<>(Meter.class);
  private final List<String> notes = new ArrayList<>();

  private StreamHistory(
      StreamKey key,
      StreamAttributes attributes,
      Duration age,
      LocalDate today,
      NavigableMap<LocalDate, Long> stored,
      NavigableMap<LocalDate, FlowTotals> flows) {
    this.key = key;
    this.attributes = attributes;
    this.today = today;
    this.ageDays = (int) Math.min(age.toDays(), MAX_AGE_DAYS);
    this.stored = stored;
    this.flows = flows;
    LocalDate held = today.minusDays(ageDays);
    LocalDate firstStored = firstDay(stored.tailMap(held, true));
    LocalDate firstFlow = firstDay(flows);
    boolean isRaw =
        !firstFlow.isAfter(firstStored) && flows.values().stream().anyMatch(f -> f.rawBytes() > 0);
    this.driverMeter = isRaw ? Meter.RAW : Meter.STORED;
    this.firstDay = isRaw ? firstFlow : firstStored;
    for (Meter meter : Meter.values()) {
      ratios.put(meter, ratio(meter));
    }
    note();
  }

  public static StreamHistory read(
      UsageHistory usage, StreamKey key, Duration age, LocalDate today) {
    NavigableMap<LocalDate, Long> stored = new TreeMap<>();
    usage
        .storedByEventDay(key.tenant(), key.name())
        .forEach((day, bytes) -> stored.merge(day.isAfter(today) ? today : day, bytes, Long::sum));
    NavigableMap<LocalDate, FlowTotals> flows = new TreeMap<>();
    usage
        .receivedByEventDay(key.tenant(), key.name())
        .tailMap(today.minusDays(MAX_DAYS), true)
        .forEach(
            (day, flow) -> flows.merge(day.isAfter(today) ? today : day, flow, StreamHistory::sum));
    StreamAttributes attributes = usage.attributes(key.tenant(), key.name());
    return new StreamHistory(key, attributes, age, today, stored, flows);
  }

  private static FlowTotals sum(FlowTotals a, FlowTotals b) {
    return new FlowTotals(
        a.wireBytes() + b.wireBytes(),
        a.rawBytes() + b.rawBytes(),
        a.acceptedRecords() + b.acceptedRecords(),
        a.rejectedRecords() + b.rejectedRecords());
  }

  private LocalDate firstDay(NavigableMap<LocalDate, ?> days) {
    return days.isEmpty() || days.firstKey().isAfter(today) ? today : days.firstKey();
  }

  private double ratio(Meter meter) {
    if (meter == driverMeter) {
      return 1;
    }
    LocalDate from = today.minusDays(RATIO_DAYS);
    if (meter == Meter.STORED || driverMeter == Meter.STORED) {
      // only days of which nothing is deleted yet can be compared with what came in
      from = max(from, today.minusDays(ageDays));
    }
    LocalDate first = max(from, firstDay);
    double driver = 0;
    double other = 0;
    for (LocalDate day = first; day.isBefore(today); day = day.plusDays(1)) {
      driver += amount(driverMeter, day);
      other += amount(meter, day);
    }
    if (driver == 0) {
      driver = amount(driverMeter, today);
      other = amount(meter, today);
    }
    return driver == 0 ? 0 : other / driver;
  }

  private static LocalDate max(LocalDate a, LocalDate b) {
    return a.isAfter(b) ? a : b;
  }

  private void note() {
    if (driverMeter == Meter.STORED && !flows.isEmpty()) {
      notes.add("received bytes are known for fewer days than stored bytes, which are forecast");
    }
    long overdue = storedBefore(today.minusDays(ageDays));
    if (overdue > 0) {
      notes.add(
          overdue + " bytes are older than the retention of " + ageDays + " d; counted as deleted");
    }
  }

  private long storedBefore(LocalDate day) {
    return stored.headMap(day, false).values().stream().mapToLong(Long::longValue).sum();
  }

  public StreamKey key() {
    return key;
  }

  public StreamAttributes attributes() {
    return attributes;
  }

  public LocalDate today() {
    return today;
  }

  /** An event day is held until this many whole days after it are over. */
  public int ageDays() {
    return ageDays;
  }

  /** First event day that is known of; today when there is none before. */
  public LocalDate firstDay() {
    return firstDay;
  }

  public List<String> notes() {
    return notes;
  }

  /** Which meter is forecast. */
  public Meter driverMeter() {
    return driverMeter;
  }

  /** Units of the meter for each unit of the driver. */
  double ratioOf(Meter meter) {
    return ratios.getOrDefault(meter, 0.0);
  }

  /** The driver's complete days, up to yesterday; a day on which nothing came is 0. */
  public RegularSeries driver() {
    int days = (int) ChronoUnit.DAYS.between(firstDay, today);
    double[] values = new double[days];
    for (int i = 0; i < days; i++) {
      values[i] = amount(driverMeter, firstDay.plusDays(i));
    }
    long start = firstDay.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    return new RegularSeries(start, Duration.ofDays(1).toMillis(), values);
  }

  /** What the meter shows for an event day, as far as it is known now. */
  long amount(Meter meter, LocalDate day) {
    FlowTotals flow = flows.getOrDefault(day, NOTHING);
    return switch (meter) {
      case STORED -> stored.getOrDefault(day, 0L);
      case WIRE -> flow.wireBytes();
      case RAW -> flow.rawBytes();
      case ACCEPTED -> flow.acceptedRecords();
    };
  }

  /** Stored bytes now, whatever their day. */
  public long storedNow() {
    return stored.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Bytes by event day that are held now: index 0 is {@link #ageDays} days ago, the last is today.
   */
  long[] heldCohorts() {
    long[] cohorts = new long[ageDays + 1];
    for (int i = 0; i <= ageDays; i++) {
      cohorts[i] = stored.getOrDefault(today.minusDays(ageDays - i), 0L);
    }
    return cohorts;
  }

  /**
   * A day's cohort as it was before retention deleted it: what is still held, else what came in
   * times the stored-to-driver ratio.
   */
  long cohortThen(LocalDate day) {
    boolean isHeld = !day.isBefore(today.minusDays(ageDays));
    return isHeld
        ? stored.getOrDefault(day, 0L)
        : (long) StrictMath.rint(amount(Meter.RAW, day) * storedPerRaw());
  }

  private double storedPerRaw() {
    double raw = ratioOf(Meter.RAW);
    return raw == 0 ? 0 : ratioOf(Meter.STORED) / raw;
  }
}
