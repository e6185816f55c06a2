package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogSchema.Type;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import dev.headroom.storage.model.TimeRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedNumericDocValuesField;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.RegexpQuery;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.search.WildcardQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;
import org.apache.lucene.util.automaton.RegExp;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;

/** Turns a {@link LogFilter} into a Lucene query over the fields that a snapshot has. */
final class FilterQueries {
  private static final Query NOTHING = MatchNoDocsQuery.INSTANCE;

  /** Clauses of one query, so that a request cannot hold the whole heap. */
  private static final int MAX_CLAUSES = 4096;

  private final Map<String, Set<Type>> types = new TreeMap<>();
  private final IndexReader reader;
  private int clauses;

  FilterQueries(IndexReader reader) {
    this.reader = reader;
    Map<String, Set<Type>> found = new HashMap<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      for (FieldInfo info : leaf.reader().getFieldInfos()) {
        Type.of(info.name)
            .ifPresent(
                type ->
                    found
                        .computeIfAbsent(
                            LogSchema.logicalName(info.name),
                            _ -> java.util.EnumSet.noneOf(Type.class))
                        .add(type));
      }
    }
    types.putAll(found);
  }

  /** The whole question: filter, time, streams and index patterns. */
  Query query(LogSearch search) {
    var all = new BooleanQuery.Builder();
    all.add(query(search.filter()), Occur.FILTER);
    if (!search.range().equals(TimeRange.ALL)) {
      all.add(timeRange(search.range().fromNanos(), search.range().toNanos() - 1), Occur.FILTER);
    }
    if (!search.streams().isEmpty()) {
      all.add(oneOf(LogSchema.STREAM, List.copyOf(search.streams())), Occur.FILTER);
    }
    if (!search.indexPatterns().isEmpty()) {
      var any = new BooleanQuery.Builder();
      for (String pattern : search.indexPatterns()) {
        any.add(new WildcardQuery(new Term(LogSchema.INDEX, pattern)), Occur.SHOULD);
      }
      all.add(any.build(), Occur.FILTER);
    }
    return new ConstantScoreQuery(all.build());
  }

  private static Query timeRange(long from, long toInclusive) {
    return NumericDocValuesField.newSlowRangeQuery(LogSchema.TIMESTAMP, from, toInclusive);
  }

  private static Query oneOf(String field, List<String> values) {
    return new TermInSetQuery(field, values.stream().map(BytesRef::new).toList());
  }

  Query query(LogFilter filter) {
    if (++clauses > MAX_CLAUSES) {
      throw HeadroomException.invalid("the query has more than " + MAX_CLAUSES + " conditions");
    }
    return switch (filter) {
      case LogFilter.All _ -> MatchAllDocsQuery.INSTANCE;
      case LogFilter.None _ -> NOTHING;
      case LogFilter.And(List<LogFilter> parts) -> and(parts);
      case LogFilter.Or(List<LogFilter> parts, int minimum) -> or(parts, minimum);
      case LogFilter.Not(LogFilter part) -> not(part);
      case LogFilter.Term(String field, String value) -> term(field, value);
      case LogFilter.Terms(String field, List<String> values) -> terms(field, values);
      case LogFilter.Phrase(String field, String text, int slop) -> phrase(field, text, slop);
      case LogFilter.PhrasePrefix(String field, String text, int slop) ->
          byText(
              field,
              name -> new PrefixQuery(new Term(name, text)),
              name -> PhrasePrefixes.of(reader, name, text, slop));
      case LogFilter.Prefix(String field, String prefix) ->
          byText(
              field,
              name -> new PrefixQuery(new Term(name, prefix)),
              name -> new PrefixQuery(new Term(name, lower(prefix))));
      case LogFilter.Wildcard(String field, String pattern) ->
          byText(
              field,
              name -> new WildcardQuery(new Term(name, pattern)),
              name -> new WildcardQuery(new Term(name, lower(pattern))));
      case LogFilter.Regex(String field, String pattern) ->
          byText(field, name -> regex(name, pattern), name -> regex(name, pattern));
      case LogFilter.Range range -> range(range);
      case LogFilter.Exists(String field) -> exists(LogSchema.withoutAlias(field));
      case LogFilter.Ids(List<String> ids) -> ids(ids);
    };
  }

  private Query and(List<LogFilter> parts) {
    var all = new BooleanQuery.Builder();
    parts.forEach(part -> all.add(query(part), Occur.FILTER));
    return all.build();
  }

  private Query or(List<LogFilter> parts, int minimum) {
    var any = new BooleanQuery.Builder().setMinimumNumberShouldMatch(minimum);
    parts.forEach(part -> any.add(query(part), Occur.SHOULD));
    return any.build();
  }

  private Query not(LogFilter part) {
    return new BooleanQuery.Builder()
        .add(MatchAllDocsQuery.INSTANCE, Occur.FILTER)
        .add(query(part), Occur.MUST_NOT)
        .build();
  }

  private static Query any(List<Query> queries) {
    return switch (queries.size()) {
      case 0 -> NOTHING;
      case 1 -> queries.getFirst();
      default -> {
        var builder = new BooleanQuery.Builder();
        queries.forEach(query -> builder.add(query, Occur.SHOULD));
        yield builder.build();
      }
    };
  }

  private Set<Type> typesOf(String field) {
    return types.getOrDefault(field, Set.of());
  }

  private List<String> bodyFields() {
    return types.keySet().stream().filter(LogSchema.BODY_FIELDS::contains).toList();
  }

  private Query term(String fieldOrAlias, String value) {
    String field = LogSchema.withoutAlias(fieldOrAlias);
    if (field.equals(LogFilter.ANY_FIELD)) {
      return anywhere(value);
    }
    if (field.equals(LogSchema.STREAM) || field.equals("stream")) {
      return new TermQuery(new Term(LogSchema.STREAM, value));
    }
    if (field.equals(LogSchema.INDEX)) {
      return new WildcardQuery(new Term(LogSchema.INDEX, value));
    }
    if (field.equals(LogSchema.ID)) {
      return ids(List.of(value));
    }
    if (field.equals(LogSchema.TIMESTAMP)) {
      long time = TimeText.requireNanos(value);
      return timeRange(time, time);
    }
    List<Query> queries = new ArrayList<>();
    for (Type type : typesOf(field)) {
      exact(type, type.physicalName(field), value).ifPresent(queries::add);
    }
    return any(queries);
  }

  private static Optional<Query> exact(Type type, String name, String value) {
    return switch (type) {
      case KEYWORD -> Optional.of(new TermQuery(new Term(name, value)));
      case ID -> HexId.parse(value).map(id -> new TermQuery(new Term(name, new BytesRef(id))));
      case TEXT -> Optional.of(tokens(name, value, 0));
      case LONG -> {
        OptionalLong number = Numbers.exactLong(value);
        yield number.isPresent()
            ? Optional.of(SortedNumericDocValuesField.newSlowExactQuery(name, number.getAsLong()))
            : Optional.empty();
      }
      case DOUBLE ->
          Numbers.parseDouble(value)
              .map(
                  number ->
                      SortedNumericDocValuesField.newSlowExactQuery(
                          name, NumericUtils.doubleToSortableLong(number)));
      case BOOLEAN ->
          value.equals("true") || value.equals("false")
              ? Optional.of(
                  SortedNumericDocValuesField.newSlowExactQuery(name, value.equals("true") ? 1 : 0))
              : Optional.empty();
    };
  }

  /** A word without a field: a token of a body field, or a whole value of any other. */
  private Query anywhere(String value) {
    List<Query> queries = new ArrayList<>();
    types.forEach(
        (field, has) -> {
          for (Type type : has) {
            if (type == Type.TEXT || type == Type.KEYWORD || type == Type.ID) {
              exact(type, type.physicalName(field), value).ifPresent(queries::add);
            }
          }
        });
    return any(queries);
  }

  private Query terms(String fieldOrAlias, List<String> values) {
    String field = LogSchema.withoutAlias(fieldOrAlias);
    if (typesOf(field).equals(Set.of(Type.KEYWORD))) {
      return oneOf(Type.KEYWORD.physicalName(field), values);
    }
    if (values.size() > MAX_CLAUSES) {
      throw HeadroomException.invalid("more than " + MAX_CLAUSES + " values for " + field);
    }
    return any(values.stream().map(value -> term(field, value)).toList());
  }

  private Query phrase(String fieldOrAlias, String text, int slop) {
    String field = LogSchema.withoutAlias(fieldOrAlias);
    List<Query> queries = new ArrayList<>();
    if (field.equals(LogFilter.ANY_FIELD)) {
      types.forEach(
          (name, has) -> {
            if (has.contains(Type.TEXT)) {
              queries.add(tokens(Type.TEXT.physicalName(name), text, slop));
            }
            if (has.contains(Type.KEYWORD)) {
              queries.add(new TermQuery(new Term(Type.KEYWORD.physicalName(name), text)));
            }
          });
      return any(queries);
    }
    if (typesOf(field).contains(Type.TEXT)) {
      queries.add(tokens(Type.TEXT.physicalName(field), text, slop));
    }
    Query whole = term(field, text);
    return slop == 0 || queries.isEmpty() ? any(List.of(any(queries), whole)) : any(queries);
  }

  private static Query tokens(String name, String text, int slop) {
    List<String> tokens = LightTokenizer.tokens(text);
    if (tokens.isEmpty()) {
      return NOTHING;
    }
    if (tokens.size() == 1) {
      return new TermQuery(new Term(name, tokens.getFirst()));
    }
    var phrase = new PhraseQuery.Builder().setSlop(slop);
    tokens.forEach(token -> phrase.add(new Term(name, token)));
    return phrase.build();
  }

  private interface ByName {
    Query query(String physicalName);
  }

  private Query byText(String fieldOrAlias, ByName keyword, ByName token) {
    String field = LogSchema.withoutAlias(fieldOrAlias);
    if (field.equals(LogSchema.INDEX) || field.equals(LogSchema.STREAM)) {
      return keyword.query(field);
    }
    if (field.equals("stream")) {
      return keyword.query(LogSchema.STREAM);
    }
    List<String> fields = field.equals(LogFilter.ANY_FIELD) ? bodyFields() : List.of(field);
    List<Query> queries = new ArrayList<>();
    for (String name : fields) {
      if (typesOf(name).contains(Type.KEYWORD)) {
        queries.add(keyword.query(Type.KEYWORD.physicalName(name)));
      }
      if (typesOf(name).contains(Type.TEXT)) {
        queries.add(token.query(Type.TEXT.physicalName(name)));
      }
    }
    return any(queries);
  }

  private static Query regex(String name, String pattern) {
    try {
      return new RegexpQuery(new Term(name, pattern), RegExp.ALL);
    } catch (IllegalArgumentException | TooComplexToDeterminizeException e) {
      throw HeadroomException.invalid(
          "regular expression " + Printable.quote(pattern) + ": " + e.getMessage());
    }
  }

  private Query range(LogFilter.Range range) {
    String field = LogSchema.withoutAlias(range.field());
    if (field.equals(LogSchema.TIMESTAMP)) {
      long lower = bound(range.lower(), Long.MIN_VALUE, range.includeLower() ? 0 : 1);
      long upper = bound(range.upper(), Long.MAX_VALUE, range.includeUpper() ? 0 : -1);
      return lower > upper ? NOTHING : timeRange(lower, upper);
    }
    List<Query> queries = new ArrayList<>();
    Set<Type> has = typesOf(field);
    if (has.contains(Type.LONG)) {
      queries.add(Numbers.longRange(Type.LONG.physicalName(field), range));
    }
    if (has.contains(Type.DOUBLE)) {
      queries.add(Numbers.doubleRange(Type.DOUBLE.physicalName(field), range));
    }
    if (has.contains(Type.KEYWORD)) {
      queries.add(
          TermRangeQuery.newStringRange(
              Type.KEYWORD.physicalName(field),
              range.lower(),
              range.upper(),
              range.includeLower(),
              range.includeUpper()));
    }
    return any(queries);
  }

  private static long bound(
      @org.jspecify.annotations.Nullable String text, long none, int exclusive) {
    return text == null ? none : TimeText.requireNanos(text) + exclusive;
  }

  private Query exists(String field) {
    if (field.equals(LogSchema.TIMESTAMP)) {
      return MatchAllDocsQuery.INSTANCE;
    }
    List<Query> queries = new ArrayList<>();
    for (Type type : typesOf(field)) {
      queries.add(
          switch (type) {
            case ID, TEXT -> new TermQuery(new Term(LogSchema.HAS, field));
            case KEYWORD, LONG, DOUBLE, BOOLEAN -> new FieldExistsQuery(type.physicalName(field));
          });
    }
    return any(queries);
  }

  private static Query ids(List<String> ids) {
    List<Query> queries = new ArrayList<>();
    for (String id : ids) {
      queries.add(new WildcardQuery(new Term(LogSchema.ID, "*\0" + WildcardText.escape(id))));
      AutomaticId.position(id)
          .ifPresent(
              position ->
                  queries.add(
                      NumericDocValuesField.newSlowExactQuery(LogSchema.POSITION, position)));
    }
    return any(queries);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
