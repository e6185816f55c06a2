package dev.headroom.ingest.normalise;

import dev.headroom.storage.config.YamlSection;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rules of the configuration that put records into other streams than the sender's naming does. The
 * first that matches decides; no match leaves the record its own stream.
 *
 * <pre>
 * routes:
 *   - {to: payments, index: "pay-*"}
 *   - {to: edge, service: nginx, environment: production}
 * </pre>
 */
public final class RoutingRules {
  public static final RoutingRules NONE = new RoutingRules(List.of());

  /** Every record is held against all of them. */
  static final int MAX_RULES = 200;

  private static final NamePattern ANY = new NamePattern("*");

  /**
   * All that is asked must match; what a record does not tell matches only where nothing is asked.
   *
   * @param to the stream its records go to
   * @param stream the one they would go to without rules
   * @param index as the sender gave it, with its date
   */
  record Rule(
      String to,
      NamePattern tenant,
      NamePattern stream,
      NamePattern index,
      NamePattern service,
      NamePattern environment,
      NamePattern region) {
    boolean asksForAttributes() {
      return !service.equals(ANY) || !environment.equals(ANY) || !region.equals(ANY);
    }

    boolean matches(String ownStream, String ownIndex, StreamAttributes attributes) {
      return is(stream, ownStream)
          && is(index, ownIndex)
          && is(service, attributes.service())
          && is(environment, attributes.environment())
          && is(region, attributes.region());
    }

    private static boolean is(NamePattern asked, String told) {
      return asked.equals(ANY) || !told.isEmpty() && asked.matches(told);
    }
  }

  private final List<Rule> rules;
  private final boolean asksForAttributes;

  private RoutingRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    this.asksForAttributes = rules.stream().anyMatch(Rule::asksForAttributes);
  }

  /**
   * Reads the list {@code routes} of a configuration.
   *
   * @throws dev.headroom.storage.model.HeadroomException INVALID, with the line
   */
  public static RoutingRules read(YamlSection configuration) {
    List<YamlSection> sections = configuration.sections("routes");
    if (sections.size() > MAX_RULES) {
      throw configuration.invalid("routes", "has more than " + MAX_RULES + " rules");
    }
    List<Rule> rules = new ArrayList<>(sections.size());
    sections.forEach(section -> rules.add(rule(section)));
    return new RoutingRules(rules);
  }

  private static Rule rule(YamlSection section) {
    String to = section.requireText("to");
    if (!StreamRouter.name(to).equals(to)) {
      throw section.invalid(
          "to", "is no name of a stream: at most 256 bytes, no controls, no spaces around it");
    }
    var rule =
        new Rule(
            to,
            pattern(section, "tenant"),
            pattern(section, "stream"),
            pattern(section, "index"),
            pattern(section, "service"),
            pattern(section, "environment"),
            pattern(section, "region"));
    if (rule.equals(new Rule(to, ANY, ANY, ANY, ANY, ANY, ANY))) {
      throw section.invalid(
          "to",
          "would take every record; say which: tenant, stream, index, service, environment or"
              + " region");
    }
    return rule;
  }

  private static NamePattern pattern(YamlSection section, String key) {
    return section.text(key).map(NamePattern::new).orElse(ANY);
  }

  /** Those that may match records of a tenant. */
  RoutingRules of(TenantId tenant) {
    return isEmpty()
        ? this
        : new RoutingRules(
            rules.stream().filter(rule -> rule.tenant.matches(tenant.value())).toList());
  }

  boolean isEmpty() {
    return rules.isEmpty();
  }

  /** Whether any wants to know the attributes of a record. */
  boolean asksForAttributes() {
    return asksForAttributes;
  }

  /** The stream that the first matching rule gives a record of this tenant, if one does. */
  Optional<String> streamOf(String ownStream, String index, StreamAttributes attributes) {
    for (Rule rule : rules) {
      if (rule.matches(ownStream, index, attributes)) {
        return Optional.of(rule.to);
      }
    }
    return Optional.empty();
  }
}
