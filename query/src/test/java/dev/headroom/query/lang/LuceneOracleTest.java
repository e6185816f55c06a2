package dev.headroom.query.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.headroom.storage.logs.LogFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Random;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.RegexpQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.search.WildcardQuery;
import org.junit.jupiter.api.Test;

/** Random queries mean the same to Lucene's classic parser, where the two grammars agree. */
class LuceneOracleTest {
  private static final String DEFAULT = "body";

  private final long seed = Long.getLong("headroom.seed", 4711);
  private final Random random = new Random(seed);

  @Test
  void randomQueriesReadAsLuceneReadsThem() throws ParseException {
    for (int i = 0; i < 3_000; i++) {
      boolean and = random.nextBoolean();
      String text = group(3);
      var parser = new QueryParser(DEFAULT, new StandardAnalyzer());
      parser.setAllowLeadingWildcard(true);
      parser.setDefaultOperator(and ? QueryParser.Operator.AND : QueryParser.Operator.OR);
      var syntax =
          new FilterSyntax(
              and ? FilterSyntax.Implicit.AND : FilterSyntax.Implicit.OR,
              DEFAULT,
              TimeText.at(Instant.EPOCH));
      LogFilter ours = FilterParser.parseAll(text, syntax);
      assertEquals(
          printed(parser.parse(text)), Printed.of(ours), () -> "seed " + seed + ": " + text);
    }
  }

  /** One kind of operator a group: mixed ones mean something else to Lucene. */
  private String group(int depth) {
    String operator = new String[] {" AND ", " && ", " OR ", " || ", " "}[random.nextInt(5)];
    var parts = new ArrayList<String>();
    for (int n = 1 + random.nextInt(3); n >= 0; n--) {
      parts.add(operand(depth - 1, !operator.contains("O") && !operator.contains("|")));
    }
    return String.join(operator, parts);
  }

  private String operand(int depth, boolean mayNegate) {
    if (depth > 0 && random.nextInt(3) == 0) {
      return (random.nextInt(4) == 0 ? "f:(" : "(") + group(depth) + ")";
    }
    String negation = new String[] {"NOT ", "-", "!"}[random.nextInt(3)];
    return (mayNegate && random.nextInt(5) == 0 ? negation : "") + clause();
  }

  private String clause() {
    String field = new String[] {"", "f:", "a.b:", "x\\:y:"}[random.nextInt(4)];
    return switch (random.nextInt(8)) {
      case 0 -> field + "\"" + word() + " " + word() + "\"~2";
      case 1 -> field + word() + "*";
      case 2 -> field + "?" + word() + "*" + word();
      case 3 -> "g:[" + word() + " TO " + word() + "}";
      case 4 -> "g:{* TO " + word() + "]";
      case 5 -> field + "/" + word() + "[0-9]+/";
      case 6 -> field + word() + "^2";
      default -> field + word();
    };
  }

  private String word() {
    return new String[] {"one", "two", "x42", "42", "timeout"}[random.nextInt(5)];
  }

  private static String printed(Query query) {
    return switch (query) {
      case BoostQuery boost -> printed(boost.getQuery());
      case BooleanQuery bool -> printed(bool);
      case TermQuery term -> field(term.getTerm().field()) + "'" + term.getTerm().text() + "'";
      case PrefixQuery prefix ->
          field(prefix.getField()) + "prefix'" + prefix.getPrefix().text() + "'";
      case WildcardQuery wild -> field(wild.getField()) + "wild'" + wild.getTerm().text() + "'";
      case RegexpQuery regex -> field(regex.getField()) + "/" + regex.getRegexp().text() + "/";
      case PhraseQuery phrase ->
          field(phrase.getField())
              + "\""
              + phrase.getTerms()[0].text()
              + " "
              + phrase.getTerms()[1].text()
              + "\"~"
              + phrase.getSlop();
      case TermRangeQuery range ->
          field(range.getField())
              + (range.includesLower() ? "[" : "{")
              + (range.getLowerTerm() == null ? null : range.getLowerTerm().utf8ToString())
              + " "
              + (range.getUpperTerm() == null ? null : range.getUpperTerm().utf8ToString())
              + (range.includesUpper() ? "]" : "}");
      default -> throw new AssertionError("unexpected " + query.getClass() + " " + query);
    };
  }

  /**
   * Required and forbidden clauses together, then at least one of the others, as Lucene matches.
   */
  private static String printed(BooleanQuery bool) {
    var must = new ArrayList<String>();
    var should = new ArrayList<String>();
    boolean required = false;
    for (BooleanClause clause : bool) {
      switch (clause.occur()) {
        case SHOULD -> should.add(printed(clause.query()));
        case MUST_NOT -> must.add("(not " + printed(clause.query()) + ")");
        case MUST, FILTER -> {
          required = true;
          must.add(printed(clause.query()));
        }
      }
    }
    if (!required && !should.isEmpty()) {
      must.addFirst(
          should.size() == 1 ? should.getFirst() : "(or " + String.join(" ", should) + ")");
    }
    return must.size() == 1 ? must.getFirst() : "(and " + String.join(" ", must) + ")";
  }

  private static String field(String name) {
    return name.isEmpty() ? "" : name + ":";
  }
}
