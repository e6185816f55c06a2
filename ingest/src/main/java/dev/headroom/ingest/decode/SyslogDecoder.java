package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.ingest.decode.SyslogMessage.Element;
import dev.headroom.ingest.decode.SyslogMessage.Param;
import dev.headroom.storage.model.TimeRange;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a JSON record of a syslog message, RFC 5424 or 3164 or what looks like it; described in
 * {@code docs/syslog.md}. Everything can be read as something: a line without any sign of syslog is
 * a message of user.notice. Bytes that are no UTF-8 become U+FFFD. Stateless.
 *
 * @param zone of times that name none
 */
public record SyslogDecoder(ZoneId zone) {
  /** Longer lines are not kept twice, or they would be longer than a record may be. */
  private static final int MAX_ORIGINAL_CHARS = 64 << 10;

  /**
   * A record made of a message.
   *
   * @param app the program it names, or empty
   * @param json the record, UTF-8
   */
  public record Line(String app, byte[] json) {}

  public Line decode(byte[] bytes, int offset, int length, long receivedAtNanos) {
    String line = new String(bytes, offset, length, UTF_8);
    SyslogMessage message = parse(line, receivedAtNanos);
    return new Line(message.app(), json(message, line).getBytes(UTF_8));
  }

  SyslogMessage parse(String line, long receivedAtNanos) {
    int end = priorityEnd(line);
    if (end < 0) {
      int from = line.startsWith("\uFEFF") ? 1 : 0;
      return Rfc3164Parser.parse(
          line, from, SyslogMessage.DEFAULT_PRIORITY, false, receivedAtNanos, zone);
    }
    int priority = Integer.parseInt(line.substring(1, end));
    Optional<SyslogMessage> modern = Rfc5424Parser.parse(line, end + 1, priority, receivedAtNanos);
    return modern.orElseGet(
        () -> Rfc3164Parser.parse(line, end + 1, priority, true, receivedAtNanos, zone));
  }

  /** Where the {@code >} of a valid priority stands; −1 when the line has none. */
  private static int priorityEnd(String line) {
    int end = line.indexOf('>');
    if (!line.startsWith("<") || end < 2 || end > 4) {
      return -1;
    }
    for (int i = 1; i < end; i++) {
      if (line.charAt(i) < '0' || line.charAt(i) > '9') {
        return -1;
      }
    }
    return Integer.parseInt(line.substring(1, end)) <= SyslogMessage.MAX_PRIORITY ? end : -1;
  }

  private static String json(SyslogMessage message, String line) {
    var json = new StringBuilder(line.length() + 256);
    json.append("{\"@timestamp\":\"").append(TimeRange.format(message.timeNanos())).append('"');
    text(json, ",\"message\":", message.message(), "");
    json.append(",\"log\":{\"level\":\"").append(message.level()).append("\"}");
    text(json, ",\"host\":{\"name\":", message.host(), "}");
    text(json, ",\"service\":{\"name\":", message.app(), "}");
    json.append(",\"syslog\":{\"facility\":\"").append(message.facility());
    json.append("\",\"severity\":\"").append(message.severity()).append('"');
    text(json, ",\"procid\":", message.procId(), "");
    text(json, ",\"msgid\":", message.msgId(), "");
    json.append('}');
    data(json, message.data());
    boolean isSmall = line.length() <= MAX_ORIGINAL_CHARS;
    if (!message.isPlain() && isSmall && !line.equals(message.message())) {
      text(json, ",\"event\":{\"original\":", line, "}");
    }
    return json.append('}').toString();
  }

  private static void text(StringBuilder json, String before, String value, String behind) {
    if (!value.isEmpty()) {
      json.append(before);
      quote(json, value);
      json.append(behind);
    }
  }

  /** An object an id; a name that comes more than once has an array. */
  private static void data(StringBuilder json, List<Element> data) {
    if (data.isEmpty()) {
      return;
    }
    Map<String, Map<String, List<String>>> byId = new LinkedHashMap<>();
    for (Element element : data) {
      Map<String, List<String>> params =
          byId.computeIfAbsent(element.id(), _ -> new LinkedHashMap<>());
      for (Param param : element.params()) {
        params.computeIfAbsent(param.name(), _ -> new ArrayList<>()).add(param.value());
      }
    }
    json.append(",\"sd\":{");
    String comma = "";
    for (var element : byId.entrySet()) {
      json.append(comma);
      quote(json, element.getKey());
      json.append(":{");
      String inner = "";
      for (var param : element.getValue().entrySet()) {
        json.append(inner);
        quote(json, param.getKey());
        json.append(':');
        values(json, param.getValue());
        inner = ",";
      }
      json.append('}');
      comma = ",";
    }
    json.append('}');
  }

  private static void values(StringBuilder json, List<String> values) {
    if (values.size() == 1) {
      quote(json, values.getFirst());
      return;
    }
    String comma = "[";
    for (String value : values) {
      json.append(comma);
      quote(json, value);
      comma = ",";
    }
    json.append(']');
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ') {
            json.append("\\u00")
                .append(c < 16 ? '0' : '1')
                .append("0123456789abcdef".charAt(c & 15));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}
