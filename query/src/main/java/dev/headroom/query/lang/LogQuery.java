package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogFilter;
import java.util.List;

/** Which records, and what is done with them afterwards, stage by stage. */
public record LogQuery(LogFilter filter, List<PipeStage> stages) {
  public LogQuery {
    stages = List.copyOf(stages);
  }
}
