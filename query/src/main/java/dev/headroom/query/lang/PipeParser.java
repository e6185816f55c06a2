package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads Headroom's own language: Lucene query syntax, then stages behind {@code |}. Described for
 * its users in {@code docs/query-language.md}.
 */
public final class PipeParser {
  /** So many stages are a mistake. */
  private static final int MAX_STAGES = 32;

  /**
   * Reads a query.
   *
   * @param times how points in time are read, and what {@code now} is
   * @throws HeadroomException INVALID with the column and what was expected there
   */
  public static LogQuery parse(String text, TimeText times) {
    var in = new QueryText(text);
    LogFilter filter = new FilterParser(in, FilterSyntax.headroom(times)).parse();
    var stages = new ArrayList<PipeStage>();
    var parser = new StageParser(in);
    while (in.take("|")) {
      if (stages.size() == MAX_STAGES) {
        throw in.error("more than " + MAX_STAGES + " stages", in.at());
      }
      stages.add(parser.stage());
      in.skipBlanks();
      if (!in.atEnd() && in.peek() != '|') {
        throw in.expected("| or the end of the query");
      }
    }
    return new LogQuery(filter, List.copyOf(stages));
  }

  private PipeParser() {}
}
