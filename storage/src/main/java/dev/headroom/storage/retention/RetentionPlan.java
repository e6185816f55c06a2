package dev.headroom.storage.retention;

import dev.headroom.storage.model.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What goes when, made from names, times and sizes only.
 *
 * @param asOf the time it was made for
 * @param clockDoubt why that is not what the wall clock says, if so
 * @param drops every piece that has an end, the earliest first
 */
public record RetentionPlan(Instant asOf, Optional<String> clockDoubt, List<PlannedDrop> drops) {
  /** Said with every plan, as it is asked whenever an age is changed. */
  public static final String CLASS_NOTE =
      "a changed age counts for data that comes from then on; stored data keeps the class it came"
          + " with and goes when that class says";

  public RetentionPlan {
    drops = List.copyOf(drops);
  }

  public List<PlannedDrop> due() {
    return drops.stream().filter(PlannedDrop::isDue).toList();
  }

  public RetentionPlan of(TenantId tenant) {
    return new RetentionPlan(
        asOf,
        clockDoubt,
        drops.stream().filter(drop -> drop.piece().tenant().equals(tenant)).toList());
  }
}
