package dev.headroom.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.headroom.query.lang.Json;
import dev.headroom.query.lang.SourceFilter;
import dev.headroom.query.lang.SourceFilter.Verdict;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Records as JSON. A source is copied token by token, so that it comes out on one line with
 * well-formed text whatever came in; one that is no JSON object is shown as text under {@code
 * _raw}.
 */
final class SourceJson {
  private SourceJson() {}

  /** The record's own members beside where and when it is. */
  static byte[] flat(LogHit hit) {
    try {
      return JsonAnswer.object(
          out -> {
            identity(hit, out);
            flatMembers(hit.source(), out);
          });
    } catch (java.io.UncheckedIOException _) {
      return JsonAnswer.object(
          out -> {
            identity(hit, out);
            out.writeStringField("_raw", wellFormed(hit.sourceText()));
          });
    }
  }

  private static void identity(LogHit hit, JsonGenerator out) throws IOException {
    out.writeStringField("_time", TimeRange.format(hit.eventTimeNanos()));
    out.writeStringField("_stream", hit.stream());
    out.writeStringField("_index", hit.index());
    out.writeStringField("_id", hit.id());
  }

  private static void flatMembers(byte[] source, JsonGenerator out) throws IOException {
    try (JsonParser in = Json.FACTORY.createParser(source)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("no object");
      }
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String name = in.currentName();
        in.nextToken();
        switch (name) {
          case "_time", "_stream", "_index", "_id" -> in.skipChildren();
          default -> {
            out.writeFieldName(wellFormed(name));
            copy(in, out);
          }
        }
      }
    }
  }

  /** The source as an object, what the filter leaves of it. */
  static byte[] filtered(byte[] source, SourceFilter filter) {
    try {
      return JsonAnswer.bytes(
          (out, _) -> {
            try (JsonParser in = Json.FACTORY.createParser(source)) {
              if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no object");
              }
              if (filter.keepsEverything()) {
                copy(in, out);
              } else {
                new Filtering(in, out, filter).root();
              }
            }
          });
    } catch (java.io.UncheckedIOException _) {
      return JsonAnswer.object(
          out -> out.writeStringField("_raw", wellFormed(new String(source, UTF_8))));
    }
  }

  /** The value the parser stands at, with all that is inside. */
  private static void copy(JsonParser in, JsonGenerator out) throws IOException {
    int depth = 0;
    while (true) {
      JsonToken token = in.currentToken();
      if (token == null) {
        throw new IOException("source ends early");
      }
      switch (token) {
        case START_OBJECT -> {
          out.writeStartObject();
          depth++;
        }
        case END_OBJECT -> {
          out.writeEndObject();
          depth--;
        }
        case START_ARRAY -> {
          out.writeStartArray();
          depth++;
        }
        case END_ARRAY -> {
          out.writeEndArray();
          depth--;
        }
        case FIELD_NAME -> out.writeFieldName(wellFormed(in.currentName()));
        default -> scalar(in, out);
      }
      if (depth == 0) {
        return;
      }
      in.nextToken();
    }
  }

  private static void scalar(JsonParser in, JsonGenerator out) throws IOException {
    switch (in.currentToken()) {
      case VALUE_STRING -> out.writeString(wellFormed(in.getText()));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(in.getText());
      case VALUE_TRUE -> out.writeBoolean(true);
      case VALUE_FALSE -> out.writeBoolean(false);
      default -> out.writeNull();
    }
  }

  /** The text with U+FFFD for halves of surrogate pairs, which UTF-8 cannot hold. */
  static String wellFormed(String text) {
    StringBuilder mended = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (Character.isSurrogate(c)) {
        mended = mended == null ? new StringBuilder(text) : mended;
        mended.setCharAt(i, '\uFFFD');
      }
    }
    return mended == null ? text : mended.toString();
  }

  /** Copies what a filter keeps; objects of which nothing is kept are left out. */
  private static final class Filtering {
    private final JsonParser in;
    private final JsonGenerator out;
    private final SourceFilter filter;

    /** Field names and starts not written until something inside is. */
    private final Deque<Runnable> pending = new ArrayDeque<>();

    Filtering(JsonParser in, JsonGenerator out, SourceFilter filter) {
      this.in = in;
      this.out = out;
      this.filter = filter;
    }

    void root() throws IOException {
      out.writeStartObject();
      members("");
      out.writeEndObject();
    }

    private void members(String path) throws IOException {
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String name = in.currentName();
        in.nextToken();
        String inner = path.isEmpty() ? name : path + "." + name;
        value(inner, () -> out.writeFieldName(wellFormed(name)));
      }
    }

    private interface Write {
      void run() throws IOException;
    }

    private static Runnable unchecked(Write write) {
      return () -> {
        try {
          write.run();
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      };
    }

    private void value(String path, Write before) throws IOException {
      Verdict verdict = filter.verdict(path);
      JsonToken token = in.currentToken();
      if (verdict == Verdict.KEEP) {
        writePending();
        before.run();
        copy(in, out);
      } else if (verdict == Verdict.DROP) {
        in.skipChildren();
      } else if (token == JsonToken.START_OBJECT) {
        enter(before, out::writeStartObject);
        members(path);
        leave(out::writeEndObject);
      } else if (token == JsonToken.START_ARRAY) {
        enter(before, out::writeStartArray);
        while (in.nextToken() != JsonToken.END_ARRAY) {
          value(path, () -> {});
        }
        leave(out::writeEndArray);
      } else if (filter.keepsLeaf(path)) {
        writePending();
        before.run();
        scalar(in, out);
      }
    }

    private void enter(Write before, Write start) {
      pending.addLast(
          unchecked(
              () -> {
                before.run();
                start.run();
              }));
    }

    private void leave(Write end) throws IOException {
      if (pending.isEmpty()) {
        end.run();
      } else {
        pending.removeLast();
      }
    }

    private void writePending() {
      while (!pending.isEmpty()) {
        pending.removeFirst().run();
      }
    }
  }
}
