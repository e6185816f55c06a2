package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.storage.ledger.Dimension;
import dev.headroom.storage.ledger.FlowAnswer;
import dev.headroom.storage.ledger.LedgerQuery;
import dev.headroom.storage.ledger.Reconciliation;
import dev.headroom.storage.ledger.StockAnswer;
import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.ledger.UsageHistory.FlowTotals;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The ledger's answers as JSON; rows are flat, so that they make a table. */
final class LedgerJson {
  private static final long HOURS_PER_DAY = 24;
  private static final long SECONDS_PER_HOUR = 3600;

  /**
   * @param shared whether to tell the overhead that belongs to no tenant
   */
  static byte[] answer(
      Instant now, LedgerQuery query, StockAnswer stock, FlowAnswer flow, boolean shared) {
    return JsonAnswer.object(
        out -> {
          out.writeStringField("tenant", query.tenant().value());
          out.writeStringField("asOf", now.toString());
          out.writeStringField("unit", "bytes");
          JsonAnswer.texts(out, "by", query.by().stream().sorted().map(Dimension::label).toList());
          if (query.fromHour() != StockEntry.NO_HOUR) {
            out.writeStringField("start", hour(query.fromHour()));
          }
          if (query.toHour() != Long.MAX_VALUE) {
            out.writeStringField("end", hour(query.toHour()));
          }
          out.writeObjectFieldStart("stock");
          stock(out, query, stock, shared);
          out.writeEndObject();
          out.writeObjectFieldStart("flow");
          flow(out, query, flow);
          out.writeEndObject();
          JsonAnswer.texts(out, "notes", notes(query, stock, flow));
        });
  }

  private static List<String> notes(LedgerQuery query, StockAnswer stock, FlowAnswer flow) {
    List<String> notes = new ArrayList<>();
    if (stock.truncated() || flow.truncated()) {
      notes.add(
          "rows past limit="
              + query.maxRows()
              + " are left out; totals are complete; ask for fewer dimensions, a stream or a"
              + " shorter time");
    }
    if (query.by().contains(Dimension.FIELD) || query.by().contains(Dimension.STRUCTURE)) {
      notes.add("flows have no field or structure");
    }
    return notes;
  }

  private static void stock(JsonGenerator out, LedgerQuery query, StockAnswer stock, boolean shared)
      throws IOException {
    out.writeNumberField("bytes", stock.totalBytes());
    out.writeBooleanField("truncated", stock.truncated());
    out.writeArrayFieldStart("rows");
    for (StockAnswer.Row row : stock.rows()) {
      out.writeStartObject();
      if (query.by().contains(Dimension.STREAM)) {
        out.writeStringField("stream", SourceJson.wellFormed(row.stream()));
      }
      if (query.by().contains(Dimension.FIELD)) {
        out.writeStringField("field", SourceJson.wellFormed(row.field()));
      }
      if (row.structure().isPresent()) {
        out.writeStringField("structure", row.structure().get().label());
      }
      time(out, query, row.eventHour());
      out.writeNumberField("bytes", row.bytes());
      out.writeStringField("basis", row.basis().name().toLowerCase(Locale.ROOT));
      out.writeEndObject();
    }
    out.writeEndArray();
    overhead(out, "overhead", stock.overhead());
    if (shared) {
      overhead(out, "sharedOverhead", stock.sharedOverhead());
    }
  }

  private static void overhead(JsonGenerator out, String name, List<StockAnswer.Overhead> rows)
      throws IOException {
    out.writeObjectFieldStart(name);
    out.writeNumberField("bytes", rows.stream().mapToLong(StockAnswer.Overhead::bytes).sum());
    out.writeArrayFieldStart("rows");
    for (StockAnswer.Overhead row : rows) {
      out.writeStartObject();
      out.writeStringField("structure", row.structure().label());
      out.writeNumberField("bytes", row.bytes());
      out.writeStringField("basis", "measured");
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void flow(JsonGenerator out, LedgerQuery query, FlowAnswer flow)
      throws IOException {
    totals(out, flow.totals());
    out.writeBooleanField("truncated", flow.truncated());
    out.writeArrayFieldStart("rows");
    for (FlowAnswer.Row row : flow.rows()) {
      out.writeStartObject();
      if (query.by().contains(Dimension.STREAM)) {
        out.writeStringField("stream", SourceJson.wellFormed(row.stream()));
      }
      time(out, query, row.receiptHour());
      totals(out, row.totals());
      out.writeStringField("basis", "measured");
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void totals(JsonGenerator out, FlowTotals totals) throws IOException {
    out.writeNumberField("wireBytes", totals.wireBytes());
    out.writeNumberField("rawBytes", totals.rawBytes());
    out.writeNumberField("acceptedRecords", totals.acceptedRecords());
    out.writeNumberField("rejectedRecords", totals.rejectedRecords());
  }

  private static void time(JsonGenerator out, LedgerQuery query, long hour) throws IOException {
    String name =
        query.by().contains(Dimension.HOUR)
            ? "hour"
            : query.by().contains(Dimension.DAY) ? "day" : "";
    if (name.isEmpty()) {
      return;
    }
    if (hour == StockEntry.NO_HOUR) {
      out.writeNullField(name);
    } else {
      out.writeStringField(
          name,
          name.equals("hour")
              ? hour(hour)
              : LocalDate.ofEpochDay(Math.floorDiv(hour, HOURS_PER_DAY)).toString());
    }
  }

  private static String hour(long hour) {
    return Instant.ofEpochSecond(hour * SECONDS_PER_HOUR).toString();
  }

  static byte[] reconciliation(Instant now, Reconciliation reconciliation) {
    return JsonAnswer.object(
        out -> {
          out.writeStringField("asOf", now.toString());
          out.writeStringField("unit", "bytes");
          out.writeBooleanField("agrees", reconciliation.agrees());
          out.writeNumberField("storedBytes", reconciliation.storedBytes());
          out.writeNumberField("overheadBytes", reconciliation.overheadBytes());
          out.writeNumberField("ledgerBytes", reconciliation.ledgerBytes());
          out.writeNumberField("diskBytes", reconciliation.diskBytes());
          out.writeArrayFieldStart("differences");
          for (Reconciliation.Difference difference : reconciliation.differences()) {
            out.writeStartObject();
            out.writeStringField("item", SourceJson.wellFormed(difference.item()));
            out.writeNumberField("ledgerBytes", difference.ledgerBytes());
            out.writeNumberField("diskBytes", difference.diskBytes());
            out.writeEndObject();
          }
          out.writeEndArray();
          JsonAnswer.texts(
              out,
              "notes",
              reconciliation.agrees()
                  ? List.of()
                  : List.of(
                      "files that change while they are read differ; ask again when nothing is"
                          + " written"));
        });
  }

  private LedgerJson() {}
}
