package dev.headroom.storage.config;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One mapping of a YAML file. Read it with the typed accessors, then call {@link #finish}, which
 * refuses keys that were not read. Every error names file, line and key. Not thread-safe.
 */
public final class YamlSection {
  /** Larger files are refused: these are written by people. */
  private static final int MAX_CHARS = 4 << 20;

  private final String file;
  private final String path;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final TreeSet<String> known = new TreeSet<>();
  private final List<YamlSection> children = new ArrayList<>();

  private YamlSection(String file, String path) {
    this.file = file;
    this.path = path;
  }

  /**
   * @param file the name used in messages
   * @throws HeadroomException INVALID when the text is no YAML mapping
   */
  public static YamlSection parse(String file, String text) {
    if (text.length() > MAX_CHARS) {
      throw HeadroomException.invalid(file + ": larger than " + MAX_CHARS + " characters");
    }
    var settings = LoadSettings.builder().setLabel(file).setMaxAliasesForCollections(20).build();
    try {
      Optional<Node> root = new Compose(settings).composeString(text);
      return root.isEmpty() ? new YamlSection(file, "") : of(file, "", root.get());
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw HeadroomException.invalid(file + ":" + line + ": " + e.getProblem());
    } catch (YamlEngineException e) {
      throw HeadroomException.invalid(file + ": " + e.getMessage());
    }
  }

  private static YamlSection of(String file, String path, Node node) {
    if (!(node instanceof MappingNode mapping)) {
      throw HeadroomException.invalid(
          file
              + ":"
              + line(node)
              + ": "
              + (path.isEmpty() ? "the file" : path)
              + " must be a mapping (key: value)");
    }
    var section = new YamlSection(file, path);
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw HeadroomException.invalid(file + ":" + line(node) + ": a key must be a plain text");
      }
      if (section.values.put(key.getValue(), tuple.getValueNode()) != null) {
        throw HeadroomException.invalid(
            file
                + ":"
                + line(key)
                + ": key "
                + Printable.quote(key.getValue())
                + " is there twice");
      }
      section.lines.put(key.getValue(), line(key));
    }
    return section;
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  /** The scalar under the key; absent and {@code null} are both empty. */
  public Optional<String> text(String key) {
    known.add(key);
    Node node = values.get(key);
    if (node == null) {
      return Optional.empty();
    }
    if (!(node instanceof ScalarNode scalar)) {
      throw invalid(key, "must be a single value");
    }
    String value = scalar.getValue();
    return value.isEmpty() || value.equals("null") || value.equals("~")
        ? Optional.empty()
        : Optional.of(value);
  }

  public String requireText(String key) {
    return text(key).orElseThrow(() -> missing(key));
  }

  /**
   * The value as the function reads it; its {@link IllegalArgumentException} becomes the message.
   */
  public <T> Optional<T> value(String key, Function<String, T> read) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(read.apply(text.get()));
    } catch (IllegalArgumentException | HeadroomException | java.time.DateTimeException e) {
      throw invalid(key, Printable.quote(text.get()) + ": " + e.getMessage());
    }
  }

  public Optional<Boolean> bool(String key) {
    return value(
        key,
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("must be true or false");
            });
  }

  public Optional<Long> integer(String key) {
    return value(key, Long::valueOf);
  }

  public Optional<BigDecimal> decimal(String key) {
    return value(key, BigDecimal::new);
  }

  /** A length of time: {@code 90s}, {@code 15m}, {@code 12h}, {@code 30d}, {@code 2w}. */
  public Optional<Duration> duration(String key) {
    return value(key, Units::duration);
  }

  /** An amount of data: {@code 500MB} (10^6), {@code 64MiB} (2^20), or bytes. */
  public Optional<Long> bytes(String key) {
    return value(key, Units::bytes);
  }

  /** The mapping under the key; an absent one is empty. */
  public YamlSection section(String key) {
    known.add(key);
    Node node = values.get(key);
    YamlSection child = node == null ? new YamlSection(file, at(key)) : of(file, at(key), node);
    children.add(child);
    return child;
  }

  /** The list of mappings under the key; an absent one is empty. */
  public List<YamlSection> sections(String key) {
    List<YamlSection> sections = new ArrayList<>();
    List<Node> items = items(key);
    for (int i = 0; i < items.size(); i++) {
      YamlSection child = of(file, at(key) + "[" + i + "]", items.get(i));
      children.add(child);
      sections.add(child);
    }
    return sections;
  }

  /** The list of scalars under the key; an absent one is empty. */
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (Node item : items(key)) {
      if (!(item instanceof ScalarNode scalar)) {
        throw invalid(key, "must be a list of single values");
      }
      texts.add(scalar.getValue());
    }
    return texts;
  }

  private List<Node> items(String key) {
    known.add(key);
    Node node = values.get(key);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      throw invalid(key, "must be a list");
    }
    return sequence.getValue();
  }

  /** Whether the key is there. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** The keys in the file's order, for a mapping whose keys are names and not settings. */
  public List<String> keys() {
    return List.copyOf(values.keySet());
  }

  /**
   * @throws HeadroomException INVALID for the first key, here or in a section below, not asked for
   */
  public void finish() {
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw HeadroomException.invalid(
            file
                + ":"
                + lines.get(key)
                + ": unknown key "
                + Printable.quote(at(key))
                + "; known here: "
                + String.join(", ", known));
      }
    }
    children.forEach(YamlSection::finish);
  }

  /** An error that names the place of this key. */
  public HeadroomException invalid(String key, String problem) {
    int line = lines.getOrDefault(key, 1);
    return HeadroomException.invalid(file + ":" + line + ": " + at(key) + ": " + problem);
  }

  private HeadroomException missing(String key) {
    int line = lines.values().stream().findFirst().orElse(1);
    return HeadroomException.invalid(file + ":" + line + ": " + at(key) + " is missing");
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
