package dev.headroom.query.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Clusters texts by template, after <i>Drain: An Online Log Parsing Approach with Fixed Depth
 * Tree</i> (He, Zhu, Zheng, Lyu; ICWS 2017): texts with as many words and the same first words are
 * compared word by word; the most similar template takes the text in, and where they differ it gets
 * a {@code <*>}. Numbers and ids are masked before.
 *
 * <p>Templates are bounded in number and memory; when there are too many, a text that fits none
 * counts as "other".
 */
final class PatternStep extends Step {
  static final List<String> COLUMNS = List.of("pattern", "count", "share", "sample");

  private static final int MAX_TEMPLATES = 2000;
  private static final int MAX_SAMPLE = 1000;
  private static final int MAX_COMPARED = 50;
  private static final double SIMILAR = 0.5;
  private static final long BYTES_BESIDE = 300;

  private static final class Template {
    private final List<String> words;
    private final String sample;
    private long count = 1;

    Template(List<String> words, String sample) {
      this.words = words;
      this.sample = sample;
    }
  }

  private record Branch(int words, String first, String second) {}

  private final String field;
  private final QueryRun run;
  private final Map<Branch, List<Template>> branches = new HashMap<>();
  private int templates;
  private long rows;
  private long others;
  private String otherSample = "";

  PatternStep(String field, QueryRun run, Step next) {
    super(next);
    this.field = field;
    this.run = run;
  }

  @Override
  boolean row(Row row) {
    String text = row.text(field);
    if (text == null) {
      return true;
    }
    rows++;
    List<String> words = LineWords.of(text);
    var branch = new Branch(words.size(), word(words, 0), word(words, 1));
    List<Template> known = branches.getOrDefault(branch, List.of());
    Template similar = mostSimilar(known, words);
    if (similar == null) {
      return open(branch, words, text);
    }
    similar.count++;
    for (int i = 0; i < words.size(); i++) {
      if (!similar.words.get(i).equals(words.get(i))) {
        similar.words.set(i, LineWords.ANY);
      }
    }
    return true;
  }

  private static String word(List<String> words, int place) {
    return place < words.size() ? words.get(place) : "";
  }

  private static @org.jspecify.annotations.Nullable Template mostSimilar(
      List<Template> templates, List<String> words) {
    Template best = null;
    double most = SIMILAR;
    for (Template template : templates) {
      double similarity = similarity(template.words, words);
      if (similarity >= most && (best == null || similarity > most)) {
        best = template;
        most = similarity;
      }
    }
    return best;
  }

  /** The share of words that are the same; a mask fits all. */
  private static double similarity(List<String> template, List<String> words) {
    if (words.isEmpty()) {
      return 1;
    }
    int same = 0;
    for (int i = 0; i < words.size(); i++) {
      String word = template.get(i);
      same += word.equals(words.get(i)) || word.equals(LineWords.ANY) ? 1 : 0;
    }
    return (double) same / words.size();
  }

  private boolean open(Branch branch, List<String> words, String text) {
    List<Template> known = branches.computeIfAbsent(branch, _ -> new ArrayList<>());
    if (templates == MAX_TEMPLATES || known.size() == MAX_COMPARED) {
      run.note("more patterns than are kept; what fits none is counted as other");
      others++;
      otherSample = otherSample.isEmpty() ? cut(text) : otherSample;
      return true;
    }
    String sample = cut(text);
    if (!run.take(BYTES_BESIDE + Values.bytes(words) + 2L * sample.length())) {
      return false;
    }
    known.add(new Template(new ArrayList<>(words), sample));
    templates++;
    return true;
  }

  private static String cut(String text) {
    return text.length() > MAX_SAMPLE ? text.substring(0, MAX_SAMPLE) : text;
  }

  @Override
  void end() {
    List<Template> found =
        branches.values().stream()
            .flatMap(List::stream)
            .sorted(
                Comparator.<Template>comparingLong(template -> template.count)
                    .reversed()
                    .thenComparing(template -> template.sample))
            .toList();
    var table = new ArrayList<Row>();
    for (Template template : found) {
      table.add(line(String.join(" ", template.words), template.count, template.sample));
    }
    if (others > 0) {
      table.add(line("other", others, otherSample));
    }
    finish(table);
  }

  private Row line(String pattern, long count, String sample) {
    return Row.ofCells(COLUMNS, List.of(pattern, count, (double) count / rows, sample));
  }
}
