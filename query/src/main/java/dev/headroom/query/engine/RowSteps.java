package dev.headroom.query.engine;

import dev.headroom.query.lang.Json;
import dev.headroom.query.lang.LogfmtText;
import dev.headroom.query.lang.PipeStage;
import dev.headroom.storage.model.HeadroomException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Steps that look at one row at a time. */
final class RowSteps {
  /** Fields that one row may get by {@code parse}. */
  private static final int MAX_PARSED = 1000;

  static final class Where extends Step {
    private final PipeStage.Where stage;
    private final QueryRun run;
    private final Expressions expressions;

    Where(PipeStage.Where stage, QueryRun run, Step next) {
      super(next);
      this.stage = stage;
      this.run = run;
      this.expressions = new Expressions(run.deadline());
    }

    @Override
    boolean row(Row row) {
      boolean holds;
      try {
        holds = expressions.holds(stage.condition(), row);
      } catch (TimedText.Late _) {
        return run.hasTime();
      }
      return !holds || next().row(row);
    }
  }

  static final class Eval extends Step {
    private final PipeStage.Eval stage;
    private final QueryRun run;
    private final Expressions expressions;

    Eval(PipeStage.Eval stage, QueryRun run, Step next) {
      super(next);
      this.stage = stage;
      this.run = run;
      this.expressions = new Expressions(run.deadline());
    }

    @Override
    boolean row(Row row) {
      try {
        for (PipeStage.Assignment assignment : stage.assignments()) {
          row.set(assignment.name(), expressions.value(assignment.value(), row));
        }
      } catch (TimedText.Late _) {
        return run.hasTime();
      }
      return next().row(row);
    }
  }

  static final class Extract extends Step {
    private final PipeStage.Extract stage;
    private final QueryRun run;

    Extract(PipeStage.Extract stage, QueryRun run, Step next) {
      super(next);
      this.stage = stage;
      this.run = run;
    }

    @Override
    boolean row(Row row) {
      String text = row.text(stage.field());
      try {
        if (text != null) {
          var unused =
              stage.pattern().find(new TimedText(ExprCalls.cut(text), run.deadline()), row::set);
        }
      } catch (TimedText.Late _) {
        return run.hasTime();
      }
      return next().row(row);
    }
  }

  static final class Parse extends Step {
    private final PipeStage.Parse stage;

    Parse(PipeStage.Parse stage, Step next) {
      super(next);
      this.stage = stage;
    }

    @Override
    boolean row(Row row) {
      String text = row.text(stage.field());
      if (text != null) {
        switch (stage.format()) {
          case JSON -> json(text.strip(), row);
          case LOGFMT -> LogfmtText.read(text, MAX_PARSED, row::set);
        }
      }
      return next().row(row);
    }

    private static void json(String text, Row row) {
      if (!text.startsWith("{")) {
        return;
      }
      try {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (Json.read(bytes, 0, bytes.length) instanceof Json.Members members) {
          int left = MAX_PARSED;
          for (Map.Entry<String, Json> field : members.fields().entrySet()) {
            if (left-- == 0) {
              break;
            }
            row.set(field.getKey(), Values.of(field.getValue()));
          }
        }
      } catch (HeadroomException _) {
        // a text that is no JSON has nothing to give
      }
    }
  }

  static final class Fields extends Step {
    private final List<String> names;

    Fields(List<String> names, Step next) {
      super(next);
      this.names = names;
    }

    @Override
    boolean row(Row row) {
      row.keep(names);
      return next().row(row);
    }
  }

  static final class Drop extends Step {
    private final List<String> names;

    Drop(List<String> names, Step next) {
      super(next);
      this.names = names;
    }

    @Override
    boolean row(Row row) {
      row.drop(names);
      return next().row(row);
    }
  }

  static final class Head extends Step {
    private int left;

    Head(int count, Step next) {
      super(next);
      this.left = count;
    }

    @Override
    boolean row(Row row) {
      return left > 0 && next().row(row) && --left > 0;
    }
  }

  static final class Tail extends Step {
    private record Held(Row row, long bytes) {}

    private final int count;
    private final QueryRun run;
    private final Deque<Held> last = new ArrayDeque<>();

    Tail(int count, QueryRun run, Step next) {
      super(next);
      this.count = count;
      this.run = run;
    }

    @Override
    boolean row(Row row) {
      if (count == 0) {
        return false;
      }
      if (last.size() == count) {
        run.giveBack(last.removeFirst().bytes());
      }
      long bytes = row.retain();
      if (!run.take(bytes)) {
        return false;
      }
      last.addLast(new Held(row, bytes));
      return true;
    }

    @Override
    void end() {
      finish(last.stream().map(Held::row).toList());
    }
  }

  /** Turns the order of its few rows around. */
  static final class Reverse extends Step {
    private final QueryRun run;
    private final List<Row> rows = new ArrayList<>();

    Reverse(QueryRun run, Step next) {
      super(next);
      this.run = run;
    }

    @Override
    boolean row(Row row) {
      return run.take(row.retain()) && rows.add(row);
    }

    @Override
    void end() {
      finish(rows.reversed());
    }
  }

  static final class Dedup extends Step {
    private static final long BYTES_BESIDE = 160;

    private final PipeStage.Dedup stage;
    private final QueryRun run;
    private final Map<List<Object>, Integer> seen = new HashMap<>();

    Dedup(PipeStage.Dedup stage, QueryRun run, Step next) {
      super(next);
      this.stage = stage;
      this.run = run;
    }

    @Override
    boolean row(Row row) {
      var key = new ArrayList<Object>();
      for (String field : stage.fields()) {
        Object value = row.get(field);
        if (isNothing(value)) {
          return true;
        }
        key.add(value);
      }
      Integer before = seen.get(key);
      if (before != null && before == stage.keep()) {
        return true;
      }
      if (before == null && !run.take(BYTES_BESIDE + Values.bytes(key))) {
        return false;
      }
      seen.put(key, before == null ? 1 : before + 1);
      return next().row(row);
    }

    private static boolean isNothing(@Nullable Object value) {
      return value == null;
    }
  }

  private RowSteps() {}
}
