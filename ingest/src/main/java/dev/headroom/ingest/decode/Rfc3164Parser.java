package dev.headroom.ingest.decode;

import java.time.ZoneId;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code <PRI>TIME HOST TAG[PID]: MSG}, of which every part may be missing: what RFC 3164 observed,
 * and what devices send. Whatever cannot be told stays in the message.
 */
final class Rfc3164Parser {
  private static final int MAX_NAME = 128;

  /** A program with its process id; the colon may be missing behind an id. */
  private static final Pattern TAG =
      Pattern.compile("([^\\s:\\[\\]]{1,128})(?:\\[([^\\]\\s]{1,128})\\](?::|(?= |$))|:)(?: |$)");

  /** Cisco: {@code %FACILITY-SEVERITY-MNEMONIC}. */
  private static final Pattern CISCO = Pattern.compile("%([A-Z0-9_]+)(?:-[A-Z0-9_]+)*-\\d-\\w+");

  /** Cisco's running number before the time. */
  private static final Pattern SEQUENCE = Pattern.compile("\\d{0,10}: ");

  private static final String FORWARDED = "Message forwarded from ";

  private final String line;
  private final int priority;
  private boolean isPlain;
  private int at;
  private String host = "";
  private String app = "";
  private String procId = "";
  private String msgId = "";

  private Rfc3164Parser(String line, int at, int priority, boolean isPlain) {
    this.line = line;
    this.at = at;
    this.priority = priority;
    this.isPlain = isPlain;
  }

  /**
   * @param at behind the priority
   * @param isPlain whether the line followed the rules so far
   */
  static SyslogMessage parse(
      String line, int at, int priority, boolean isPlain, long receivedAtNanos, ZoneId zone) {
    return new Rfc3164Parser(line, at, priority, isPlain).parse(receivedAtNanos, zone);
  }

  private SyslogMessage parse(long receivedAtNanos, ZoneId zone) {
    sequenceNumber();
    long time = receivedAtNanos;
    SyslogTime found = SyslogTime.at(line, at, receivedAtNanos, zone);
    if (found == null) {
      found = behindHost(receivedAtNanos, zone);
    }
    if (found != null) {
      time = found.nanos();
      at = found.nextChar();
      host();
    } else {
      isPlain = false;
    }
    tag();
    return new SyslogMessage(
        priority, time, host, app, procId, msgId, List.of(), line.substring(at), isPlain);
  }

  private void sequenceNumber() {
    Matcher sequence = SEQUENCE.matcher(line).region(at, line.length());
    if (sequence.lookingAt()) {
      at = sequence.end();
      isPlain = false;
    }
  }

  /** Some name the host first: {@code host: Oct 11 …}. */
  private @org.jspecify.annotations.Nullable SyslogTime behindHost(
      long receivedAtNanos, ZoneId zone) {
    int colon = line.indexOf(": ", at);
    if (colon <= at || colon - at > MAX_NAME || line.substring(at, colon).indexOf(' ') >= 0) {
      return null;
    }
    SyslogTime found = SyslogTime.at(line, colon + 2, receivedAtNanos, zone);
    if (found != null) {
      host = line.substring(at, colon);
      isPlain = false;
    }
    return found;
  }

  private void host() {
    skipBlanks();
    if (!host.isEmpty() || isTag()) {
      return; // a message of the host itself names none
    }
    if (line.startsWith(FORWARDED, at)) {
      int colon = line.indexOf(": ", at);
      if (colon > 0 && colon - at - FORWARDED.length() <= MAX_NAME) {
        host = line.substring(at + FORWARDED.length(), colon);
        at = colon + 2;
        isPlain = false;
        return;
      }
    }
    int end = line.indexOf(' ', at);
    if (end > at && end - at <= 255) {
      String name = line.substring(at, end);
      host = name.equals("-") ? "" : name;
      at = end + 1;
      skipBlanks();
    }
  }

  private void skipBlanks() {
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
  }

  private boolean isTag() {
    return TAG.matcher(line).region(at, line.length()).lookingAt();
  }

  private void tag() {
    Matcher tag = TAG.matcher(line).region(at, line.length());
    if (!tag.lookingAt()) {
      return;
    }
    Matcher cisco = CISCO.matcher(tag.group(1));
    if (cisco.matches()) {
      app = cisco.group(1);
      msgId = tag.group(1).substring(1);
      return; // the message keeps its mnemonic, as its readers know it
    }
    app = tag.group(1);
    procId = tag.group(2) == null ? "" : tag.group(2);
    at = tag.end();
  }
}
