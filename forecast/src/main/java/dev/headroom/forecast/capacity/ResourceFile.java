package dev.headroom.forecast.capacity;

import dev.headroom.forecast.series.Basis;
import dev.headroom.storage.config.YamlSection;
import dev.headroom.storage.model.HeadroomException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the resource file; {@code docs/resources.example.yaml} shows and explains every key. */
public final class ResourceFile {
  /** More entries are refused; one entry covers a fleet. */
  private static final int MAX_RESOURCES = 1_000;

  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern NUMBER = Pattern.compile("[0-9].*");

  /**
   * @param file the name used in messages
   * @throws HeadroomException INVALID with file, line and key
   */
  public static CapacityConfig parse(String file, String text) {
    YamlSection yaml = YamlSection.parse(file, text);
    boolean builtIn = yaml.bool("built_in").orElse(true);
    WorkCalendar calendar = calendar(yaml.section("calendar"));
    List<YamlSection> entries = yaml.sections("resources");
    if (entries.size() > MAX_RESOURCES) {
      throw yaml.invalid("resources", "more than " + MAX_RESOURCES + " entries");
    }
    List<Resource> resources = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (YamlSection entry : entries) {
      Resource resource = resource(entry);
      if (!names.add(resource.name())) {
        throw entry.invalid("name", "is used by an earlier resource");
      }
      resources.add(resource);
    }
    yaml.finish();
    return new CapacityConfig(resources, builtIn, calendar);
  }

  private static WorkCalendar calendar(YamlSection yaml) {
    Set<DayOfWeek> weekend = EnumSet.noneOf(DayOfWeek.class);
    for (String day : yaml.texts("weekend")) {
      weekend.add(dayOfWeek(yaml, day));
    }
    if (!yaml.has("weekend")) {
      weekend.addAll(WorkCalendar.MONDAY_TO_FRIDAY.weekend());
    }
    Set<LocalDate> holidays = new HashSet<>();
    for (String day : yaml.texts("holidays")) {
      try {
        holidays.add(LocalDate.parse(day));
      } catch (java.time.format.DateTimeParseException _) {
        throw yaml.invalid("holidays", "\"" + day + "\" must be a date like 2026-12-25");
      }
    }
    if (weekend.size() > 6) {
      throw yaml.invalid("weekend", "one day of the week must be a working day");
    }
    return new WorkCalendar(weekend, holidays);
  }

  private static DayOfWeek dayOfWeek(YamlSection yaml, String text) {
    for (DayOfWeek day : DayOfWeek.values()) {
      if (day.name().toLowerCase(Locale.ROOT).equals(text)) {
        return day;
      }
    }
    throw yaml.invalid("weekend", "\"" + text + "\" must be a day like saturday");
  }

  private static Resource resource(YamlSection yaml) {
    String name = yaml.requireText("name");
    ResourceKind kind = yaml.value("kind", ResourceKind::parse).orElse(ResourceKind.OTHER);
    String unit =
        yaml.text("unit")
            .orElse(kind == ResourceKind.CPU ? "cores" : kind == ResourceKind.OTHER ? "" : "bytes");
    if (unit.isEmpty()) {
      throw yaml.invalid("name", "has no unit; add one, for example unit: requests/s");
    }
    List<String> groupBy = groupBy(yaml, name);
    return new Resource(
        name,
        kind,
        yaml.requireText("usage"),
        capacity(yaml, unit),
        unit,
        yaml.value("basis", ResourceFile::basis).orElse(kind.basis()),
        yaml.value("target", ResourceFile::target).orElse(kind.target()),
        yaml.value("reserve", text -> Reserve.parse(text, unit)).orElse(Reserve.NONE),
        yaml.value("lead_time", DaySpan::parse).orElse(Resource.DEFAULT_LEAD_TIME),
        yaml.value("review", DaySpan::parse).orElse(Resource.DEFAULT_REVIEW),
        yaml.value("act_on", Limit::parse).orElse(kind.actOn()),
        yaml.text("owner").orElse(""),
        groupBy);
  }

  private static List<String> groupBy(YamlSection yaml, String name) {
    List<String> labels = yaml.texts("group_by");
    for (String label : labels) {
      if (!LABEL.matcher(label).matches()) {
        throw yaml.invalid("group_by", "\"" + label + "\" is no label name");
      }
    }
    Matcher matcher = PLACEHOLDER.matcher(name);
    while (matcher.find()) {
      if (!labels.contains(matcher.group(1))) {
        throw yaml.invalid("name", "{" + matcher.group(1) + "} is not among group_by");
      }
    }
    return labels;
  }

  /** A capacity that starts with a digit is an amount, anything else PromQL. */
  private static Capacity capacity(YamlSection yaml, String unit) {
    String text = yaml.requireText("capacity");
    if (!NUMBER.matcher(text).matches()) {
      return new Capacity.Measured(text);
    }
    double amount =
        yaml.value("capacity", number -> Reserve.amount(number, unit)).orElse(Double.NaN);
    if (!(amount > 0) || Double.isInfinite(amount)) {
      throw yaml.invalid("capacity", "must be above 0");
    }
    return new Capacity.Fixed(amount);
  }

  private static double target(String text) {
    double share = Percent.parse(text);
    if (share == 0) {
      throw new IllegalArgumentException("must be above 0%");
    }
    return share;
  }

  private static Basis basis(String text) {
    return switch (text) {
      case "max" -> Basis.MAX;
      case "p95" -> Basis.P95;
      case "mean" -> Basis.MEAN;
      case "last" -> Basis.LAST;
      default -> throw new IllegalArgumentException("must be max, p95, mean or last");
    };
  }

  private ResourceFile() {}
}
