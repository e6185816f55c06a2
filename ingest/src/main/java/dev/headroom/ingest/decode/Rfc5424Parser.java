package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.ingest.decode.SyslogMessage.Element;
import dev.headroom.ingest.decode.SyslogMessage.Param;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code <PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG}. One that is broken
 * in its header is none; behind a broken structured data everything is the message.
 */
final class Rfc5424Parser {
  private static final String VERSION = "1 ";
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final int HEADER_WORDS = 5;

  private final String line;
  private int at;

  private Rfc5424Parser(String line, int at) {
    this.line = line;
    this.at = at;
  }

  /**
   * @param at behind the priority
   */
  static Optional<SyslogMessage> parse(String line, int at, int priority, long receivedAtNanos) {
    return line.startsWith(VERSION, at)
        ? new Rfc5424Parser(line, at + VERSION.length()).parse(priority, receivedAtNanos)
        : Optional.empty();
  }

  private Optional<SyslogMessage> parse(int priority, long receivedAtNanos) {
    var words = new String[HEADER_WORDS];
    for (int i = 0; i < HEADER_WORDS; i++) {
      words[i] = word();
      if (words[i].isEmpty()) {
        return Optional.empty();
      }
    }
    long time = receivedAtNanos;
    if (!words[0].equals("-")) {
      byte[] text = words[0].getBytes(UTF_8);
      time =
          text[0] >= '0' && text[0] <= '9' ? EventTime.parse(text, 0, text.length) : EventTime.NONE;
      if (time == EventTime.NONE) {
        return Optional.empty();
      }
    }
    List<Element> data = new ArrayList<>();
    boolean isPlain = data(data);
    return Optional.of(
        new SyslogMessage(
            priority,
            time,
            orEmpty(words[1]),
            orEmpty(words[2]),
            orEmpty(words[3]),
            orEmpty(words[4]),
            data,
            message(),
            isPlain));
  }

  private static String orEmpty(String word) {
    return word.equals("-") ? "" : word;
  }

  private String word() {
    int end = line.indexOf(' ', at);
    end = end < 0 ? line.length() : end;
    String word = line.substring(Math.min(at, end), end);
    at = Math.min(end + 1, line.length());
    return word;
  }

  private String message() {
    int from = at < line.length() && line.charAt(at) == ' ' ? at + 1 : at;
    if (from < line.length() && line.charAt(from) == BYTE_ORDER_MARK) {
      from++;
    }
    return line.substring(from);
  }

  /** Whether all of it could be read; if not, the place is back at its start. */
  private boolean data(List<Element> into) {
    if (at >= line.length()) {
      return true; // senders leave out the dash of an empty message
    }
    int start = at;
    if (line.charAt(at) == '-' && (at + 1 == line.length() || line.charAt(at + 1) == ' ')) {
      at++;
      return true;
    }
    while (at < line.length() && line.charAt(at) == '[') {
      Optional<Element> element = element();
      if (element.isEmpty()) {
        into.clear();
        at = start;
        return false;
      }
      into.add(element.get());
    }
    return at > start && (at == line.length() || line.charAt(at) == ' ');
  }

  private Optional<Element> element() {
    at++;
    String id = name("] ");
    List<Param> params = new ArrayList<>();
    while (at < line.length() && line.charAt(at) == ' ') {
      while (at < line.length() && line.charAt(at) == ' ') {
        at++;
      }
      if (at < line.length() && line.charAt(at) == ']') {
        break;
      }
      String name = name("=");
      if (name.isEmpty() || !line.startsWith("=\"", at)) {
        return Optional.empty();
      }
      at += 2;
      Optional<String> value = value();
      if (value.isEmpty()) {
        return Optional.empty();
      }
      params.add(new Param(name, value.get()));
    }
    if (id.isEmpty() || at >= line.length() || line.charAt(at) != ']') {
      return Optional.empty();
    }
    at++;
    return Optional.of(new Element(id, params));
  }

  private String name(String ends) {
    int start = at;
    while (at < line.length() && ends.indexOf(line.charAt(at)) < 0 && isNameChar(line.charAt(at))) {
      at++;
    }
    return line.substring(start, at);
  }

  private static boolean isNameChar(char c) {
    return c > ' ' && c != '=' && c != ']' && c != '"';
  }

  /** Up to the closing quote; a backslash before anything but a quote, itself or ] stands. */
  private Optional<String> value() {
    var value = new StringBuilder();
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (c == '"') {
        return Optional.of(value.toString());
      }
      if (c == '\\' && at < line.length() && "\"\\]".indexOf(line.charAt(at)) >= 0) {
        c = line.charAt(at++);
      }
      value.append(c);
    }
    return Optional.empty();
  }
}
