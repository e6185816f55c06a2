package dev.headroom.forecast.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A report as JSON: facts, headlines, and each table as an array of objects keyed by column. A date
 * that is not within the horizon is {@code null}, and its column is named in the row's {@code
 * beyondHorizon}; any other missing value is {@code null} with its reason in {@code missing}.
 */
final class JsonRenderer {
  private static final JsonFactory JSON = new JsonFactory();

  static byte[] render(Report report) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
      out.writeStartObject();
      out.writeStringField("report", report.id());
      out.writeStringField("title", report.title());
      out.writeStringField("asOf", report.asOf().toString());
      for (Report.Fact fact : report.facts()) {
        out.writeStringField(fact.id(), fact.value());
      }
      out.writeBooleanField("partial", !report.partial().isEmpty());
      texts(out, "partialReasons", report.partial());
      headlines(out, report);
      for (Table table : report.tables()) {
        table(out, table);
      }
      texts(out, "rules", report.rules());
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void headlines(JsonGenerator out, Report report) throws IOException {
    out.writeArrayFieldStart("headlines");
    for (Report.Headline headline : report.headlines()) {
      out.writeString(
          headline.detail().isEmpty()
              ? headline.text()
              : headline.text() + ". " + headline.detail());
    }
    out.writeEndArray();
  }

  private static void texts(JsonGenerator out, String name, List<String> texts) throws IOException {
    out.writeArrayFieldStart(name);
    for (String text : texts) {
      out.writeString(text);
    }
    out.writeEndArray();
  }

  private static void table(JsonGenerator out, Table table) throws IOException {
    out.writeArrayFieldStart(table.id());
    for (Table.Row row : table.rows()) {
      out.writeStartObject();
      for (int i = 0; i < row.cells().size(); i++) {
        out.writeFieldName(table.columns().get(i).id());
        value(out, row.cells().get(i));
      }
      beyondHorizon(out, table, row);
      missing(out, table, row);
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void value(JsonGenerator out, Cell cell) throws IOException {
    switch (cell) {
      case Cell.Text(String text) -> out.writeString(text);
      case Cell.Amount(double value, String unit) when unit.isEmpty() -> number(out, value);
      case Cell.Amount(double value, String unit) -> {
        out.writeStartObject();
        number(out, "value", value);
        out.writeStringField("unit", unit);
        out.writeEndObject();
      }
      case Cell.Exact(var value, String unit) -> {
        out.writeStartObject();
        out.writeNumberField("value", value);
        out.writeStringField("unit", unit);
        out.writeEndObject();
      }
      case Cell.Money(var amount, var currency) -> {
        out.writeStartObject();
        out.writeNumberField("amount", amount);
        out.writeStringField("currency", currency.getCurrencyCode());
        out.writeEndObject();
      }
      case Cell.Day(var day) -> out.writeString(day.toString());
      case Cell.Share(double share) -> number(out, share);
      case Cell.Count(long count) -> out.writeNumber(count);
      case Cell.Empty _, Cell.Missing _, Cell.BeyondHorizon _ -> out.writeNull();
    }
  }

  private static void number(JsonGenerator out, String name, double value) throws IOException {
    out.writeFieldName(name);
    number(out, value);
  }

  /** Whole numbers without exponent or fraction; what is no number is null. */
  private static void number(JsonGenerator out, double value) throws IOException {
    if (!Double.isFinite(value)) {
      out.writeNull();
    } else if (value == StrictMath.rint(value) && Math.abs(value) < 1e15) {
      out.writeNumber((long) value);
    } else {
      out.writeNumber(value);
    }
  }

  private static void beyondHorizon(JsonGenerator out, Table table, Table.Row row)
      throws IOException {
    boolean isStarted = false;
    for (int i = 0; i < row.cells().size(); i++) {
      if (row.cells().get(i) instanceof Cell.BeyondHorizon) {
        if (!isStarted) {
          out.writeArrayFieldStart("beyondHorizon");
          isStarted = true;
        }
        out.writeString(table.columns().get(i).id());
      }
    }
    if (isStarted) {
      out.writeEndArray();
    }
  }

  private static void missing(JsonGenerator out, Table table, Table.Row row) throws IOException {
    boolean isStarted = false;
    for (int i = 0; i < row.cells().size(); i++) {
      if (row.cells().get(i) instanceof Cell.Missing(String reason)) {
        if (!isStarted) {
          out.writeObjectFieldStart("missing");
          isStarted = true;
        }
        out.writeStringField(table.columns().get(i).id(), reason);
      }
    }
    if (isStarted) {
      out.writeEndObject();
    }
  }

  private JsonRenderer() {}
}
