package dev.headroom.query.logql;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The stream labels of a record and the fields they are read from; of several fields the first that
 * the record has. Described in {@code docs/loki.md}.
 */
final class LabelTable {
  static final String STREAM = "stream";
  static final String INDEX = "index";

  /** A record without a field for it has the name of its stream. */
  static final String SERVICE_NAME = "service_name";

  static final String LEVEL = "level";

  /** A label of the record, not of the stream: the level in one of Loki's eight words. */
  static final String DETECTED_LEVEL = "detected_level";

  private static final Map<String, List<String>> FIELDS = new LinkedHashMap<>();

  static {
    FIELDS.put(STREAM, List.of("_stream"));
    FIELDS.put(INDEX, List.of("_index"));
    FIELDS.put(SERVICE_NAME, List.of("service.name", "service", "service_name"));
    FIELDS.put(
        "env",
        List.of(
            "deployment.environment.name",
            "deployment.environment",
            "service.environment",
            "environment",
            "env"));
    FIELDS.put("region", List.of("cloud.region", "region"));
    FIELDS.put("host", List.of("host.name", "host", "hostname"));
    FIELDS.put(
        LEVEL,
        List.of(
            "log.level",
            "level",
            "severity",
            "severity_text",
            "severityText",
            "SeverityText",
            "levelname",
            "level_name",
            "loglevel",
            "log_level",
            "lvl"));
    FIELDS.put("cluster", List.of("k8s.cluster.name", "kubernetes.cluster", "cluster"));
    FIELDS.put(
        "namespace",
        List.of(
            "k8s.namespace.name",
            "kubernetes.namespace_name",
            "kubernetes.namespace",
            "namespace"));
    FIELDS.put("pod", List.of("k8s.pod.name", "kubernetes.pod_name", "kubernetes.pod.name", "pod"));
    FIELDS.put(
        "container",
        List.of(
            "k8s.container.name",
            "kubernetes.container_name",
            "kubernetes.container.name",
            "container.name",
            "container"));
  }

  static Set<String> names() {
    return FIELDS.keySet();
  }

  /** Where a label is read from; empty for what is no stream label. */
  static List<String> fields(String label) {
    return FIELDS.getOrDefault(label, List.of());
  }

  /** Whether every record has it. */
  static boolean isAlwaysThere(String label) {
    return label.equals(STREAM) || label.equals(INDEX) || label.equals(SERVICE_NAME);
  }

  private LabelTable() {}
}
