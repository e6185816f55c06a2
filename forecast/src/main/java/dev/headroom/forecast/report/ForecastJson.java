package dev.headroom.forecast.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.forecast.model.Forecast;
import dev.headroom.forecast.series.RegularSeries;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** A forecast answer as JSON; what is no number is {@code null}. */
final class ForecastJson {
  private static final JsonFactory JSON = new JsonFactory();

  static byte[] render(ForecastAnswer answer) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      ForecastRequest request = answer.request();
      out.writeStartObject();
      out.writeStringField("query", request.query());
      out.writeStringField("asOf", Instant.ofEpochMilli(request.toMillis()).toString());
      out.writeStringField("basis", request.basis().name().toLowerCase(Locale.ROOT));
      out.writeNumberField("stepMillis", request.stepMillis());
      out.writeNumberField("readingMillis", HistoryReader.readingMillis(request.stepMillis()));
      out.writeNumberField("horizonSteps", request.horizon());
      out.writeStringField("unit", request.unit());
      out.writeArrayFieldStart("series");
      for (ForecastAnswer.One one : answer.series()) {
        series(out, one);
      }
      out.writeEndArray();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void series(JsonGenerator out, ForecastAnswer.One one) throws IOException {
    out.writeStartObject();
    out.writeObjectFieldStart("labels");
    for (int i = 0; i < one.labels().size(); i++) {
      out.writeStringField(one.labels().name(i), one.labels().value(i));
    }
    out.writeEndObject();
    RegularSeries history = one.history();
    out.writeObjectFieldStart("history");
    out.writeStringField("start", Instant.ofEpochMilli(history.startMillis()).toString());
    out.writeNumberField("steps", history.size());
    numbers(out, "values", history.values());
    out.writeEndObject();
    switch (one) {
      case ForecastAnswer.Refused refused -> {
        out.writeNullField("forecast");
        out.writeStringField("reason", refused.reason());
      }
      case ForecastAnswer.Predicted predicted -> forecast(out, predicted);
    }
    out.writeEndObject();
  }

  private static void forecast(JsonGenerator out, ForecastAnswer.Predicted predicted)
      throws IOException {
    Forecast forecast = predicted.forecast();
    out.writeObjectFieldStart("forecast");
    out.writeStringField("method", forecast.method());
    out.writeObjectFieldStart("accuracy");
    number(out, "mase", forecast.accuracy().mase());
    number(out, "coverage80", forecast.accuracy().coverage80());
    number(out, "coverage95", forecast.accuracy().coverage95());
    out.writeNumberField("origins", forecast.accuracy().origins());
    out.writeEndObject();
    out.writeNumberField("testedSteps", forecast.testedSteps());
    texts(out, "notes", forecast.notes());
    out.writeArrayFieldStart("times");
    for (long time : predicted.times()) {
      out.writeString(Instant.ofEpochMilli(time).toString());
    }
    out.writeEndArray();
    numbers(out, "mean", forecast.mean());
    out.writeObjectFieldStart("quantiles");
    for (int i = 0; i < ForecastAnswer.PROBABILITIES.length; i++) {
      numbers(out, Double.toString(ForecastAnswer.PROBABILITIES[i]), predicted.quantiles()[i]);
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  private static void texts(JsonGenerator out, String name, List<String> texts) throws IOException {
    out.writeArrayFieldStart(name);
    for (String text : texts) {
      out.writeString(text);
    }
    out.writeEndArray();
  }

  private static void numbers(JsonGenerator out, String name, double[] values) throws IOException {
    out.writeArrayFieldStart(name);
    for (double value : values) {
      number(out, value);
    }
    out.writeEndArray();
  }

  private static void number(JsonGenerator out, String name, double value) throws IOException {
    out.writeFieldName(name);
    number(out, value);
  }

  private static void number(JsonGenerator out, double value) throws IOException {
    if (!Double.isFinite(value)) {
      out.writeNull();
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      out.writeNumber((long) value);
    } else {
      out.writeNumber(value);
    }
  }

  private ForecastJson() {}
}
