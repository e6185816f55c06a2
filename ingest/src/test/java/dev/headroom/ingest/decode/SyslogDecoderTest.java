package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SyslogDecoderTest {
  private static final String RECEIVED = "2026-11-24T12:00:00Z";
  private static final long RECEIVED_NANOS = TimeRange.nanos(Instant.parse(RECEIVED));
  private static final SyslogDecoder UTC = new SyslogDecoder(ZoneOffset.UTC);

  /** What a line becomes: {@code facility.severity time host app[procid] msgid |message| *}. */
  private static void check(String line, String expected) {
    check(UTC, RECEIVED, line, expected);
  }

  private static void check(SyslogDecoder decoder, String received, String line, String expected) {
    SyslogMessage m = decoder.parse(line, TimeRange.nanos(Instant.parse(received)));
    String time = TimeRange.format(m.timeNanos());
    assertEquals(
        expected,
        (m.facility() + "." + m.severity())
            + (" " + (time.equals(received) ? "now" : time))
            + (" " + m.host() + " " + m.app() + "[" + m.procId() + "] " + m.msgId())
            + (m.data().isEmpty() ? "" : " " + m.data())
            + (" |" + m.message() + "|" + (m.isPlain() ? "" : " *")),
        line);
  }

  @Test
  void rfc5424IsReadWhole() {
    check(
        "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \uFEFF'su root' failed",
        "auth.crit 2003-10-11T22:14:15.003Z mymachine.example.com su[] ID47 |'su root' failed|");
    check(
        "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time.",
        "local4.notice 2003-08-24T12:14:15.000003Z 192.0.2.1 myproc[8710]  |%% It's time.|");
    check(
        "<165>1 2003-10-11T22:14:15.003Z m evntslog - ID47 [exampleSDID@32473 iut=\"3\" a=\"b\"]"
            + "[x@1 q=\"\\\"\\]\\\\\\n\"] An event",
        "local4.notice 2003-10-11T22:14:15.003Z m evntslog[] ID47 [Element[id=exampleSDID@32473,"
            + " params=[Param[name=iut, value=3], Param[name=a, value=b]]], Element[id=x@1,"
            + " params=[Param[name=q, value=\"]\\\\n]]]] |An event|");
    check("<0>1 - - - - - -", "kern.emerg now  []  ||");
    check("<191>1 - h a p m", "local7.debug now h a[p] m ||");
    check("<14>1 - h a p m [id]", "user.info now h a[p] m [Element[id=id, params=[]]] ||");
  }

  @Test
  void brokenStructuredDataIsMessage() {
    check("<14>1 - h a p m [id x=y] text", "user.info now h a[p] m |[id x=y] text| *");
    check("<14>1 - h a p m [id x=\"y", "user.info now h a[p] m |[id x=\"y| *");
    check("<14>1 - h a p m no dash", "user.info now h a[p] m |no dash| *");
  }

  @Test
  void rfc3164IsReadWhole() {
    check(
        "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
        "auth.crit 2026-10-11T22:14:15Z mymachine su[]  |'su root' failed for lonvick on"
            + " /dev/pts/8|");
    check(
        "<86>Nov  4 09:05:01 db-1 CRON[4711]: session opened",
        "authpriv.info 2026-11-04T09:05:01Z db-1 CRON[4711]  |session opened|");
    check(
        "<46>Nov 24 11:59:59 web postfix/smtpd[12]:connect",
        "syslog.info 2026-11-24T11:59:59Z web []  |postfix/smtpd[12]:connect|");
    check(
        "<30>Nov 24 11:59:59 web systemd[1]: Started  it.",
        "daemon.info 2026-11-24T11:59:59Z web systemd[1]  |Started  it.|");
  }

  @Test
  void yearsAreNearestToReceipt() {
    check("<13>Dec 31 23:59:59 h a: m", "user.notice 2026-12-31T23:59:59Z h a[]  |m|");
    check(
        UTC,
        "2027-01-01T00:00:05Z",
        "<13>Dec 31 23:59:59 h a: m",
        "user.notice 2026-12-31T23:59:59Z h a[]  |m|");
    check(
        UTC,
        "2026-12-31T23:59:58Z",
        "<13>Jan  1 00:00:01 h a: m",
        "user.notice 2027-01-01T00:00:01Z h a[]  |m|");
    check(
        UTC,
        "2027-02-28T23:00:00Z",
        "<13>Feb 29 10:00:00 h a: m",
        "user.notice 2028-02-29T10:00:00Z h a[]  |m|");
    check("<13>Feb 29 10:00:00 h a: m", "user.notice now  []  |Feb 29 10:00:00 h a: m| *");
  }

  @Test
  void zonesAreTheListeners() {
    var berlin = new SyslogDecoder(ZoneId.of("Europe/Berlin"));
    check(
        berlin,
        RECEIVED,
        "<13>Nov 24 12:30:00 h a: m",
        "user.notice 2026-11-24T11:30:00Z h a[]  |m|");
    check(
        berlin,
        RECEIVED,
        "<13>2026-07-24 12:30:00 h a: m",
        "user.notice 2026-07-24T10:30:00Z h a[]  |m|");
    check(
        berlin,
        RECEIVED,
        "<13>Nov 24 12:30:00 UTC: %SYS-5-CONFIG_I: m",
        "user.notice 2026-11-24T12:30:00Z  SYS[] SYS-5-CONFIG_I |%SYS-5-CONFIG_I: m|");
  }

  @Test
  void timesComeInManyForms() {
    String rest = " h a: m";
    String read = " h a[]  |m|";
    check("<13>Nov 24 9:05:01" + rest, "user.notice 2026-11-24T09:05:01Z" + read);
    check("<13>Nov 24 11:05:01.25" + rest, "user.notice 2026-11-24T11:05:01.250Z" + read);
    check("<13>Nov 24 2025 11:05:01" + rest, "user.notice 2025-11-24T11:05:01Z" + read);
    check("<13>2025 Nov 24 11:05:01" + rest, "user.notice 2025-11-24T11:05:01Z" + read);
    check("<13>Nov 24 11:05:01 2025" + rest, "user.notice 2025-11-24T11:05:01Z" + read);
    check("<13>Nov 24 11:05:60" + rest, "user.notice 2026-11-24T11:05:59Z" + read);
    check("<13>Nov 24 11:05:01 +0200" + rest, "user.notice 2026-11-24T09:05:01Z" + read);
    check(
        "<13>2026-11-24T11:05:01.123456+01:00" + rest,
        "user.notice 2026-11-24T10:05:01.123456Z" + read);
    check("<13>2026-11-24T11:05:01Z" + rest, "user.notice 2026-11-24T11:05:01Z" + read);
    check("<13>Foo 24 11:05:01" + rest, "user.notice now  []  |Foo 24 11:05:01 h a: m| *");
    check("<13>Nov 24 25:05:01" + rest, "user.notice now  []  |Nov 24 25:05:01 h a: m| *");
    check(
        "<13>2026-13-24T11:05:01Z" + rest, "user.notice now  []  |2026-13-24T11:05:01Z h a: m| *");
  }

  @Test
  void partsMayBeMissing() {
    check("just text", "user.notice now  []  |just text| *");
    check("<14>python: no time", "user.info now  python[]  |no time| *");
    check("<14>Traceback follows", "user.info now  []  |Traceback follows| *");
    check("<13>Nov 24 11:05:01 app[7]: local", "user.notice 2026-11-24T11:05:01Z  app[7]  |local|");
    check("<13>Nov 24 11:05:01 app[7] local", "user.notice 2026-11-24T11:05:01Z  app[7]  |local|");
    check(
        "<13>Nov 24 11:05:01 host no tag here",
        "user.notice 2026-11-24T11:05:01Z host []  |no tag here|");
    check("Nov 24 11:05:01 h a: m", "user.notice 2026-11-24T11:05:01Z h a[]  |m| *");
    check("<13>Nov 24 11:05:01", "user.notice 2026-11-24T11:05:01Z  []  ||");
    check("<13>", "user.notice now  []  || *");
    check("<192>x", "user.notice now  []  |<192>x| *");
    check("<1a>x", "user.notice now  []  |<1a>x| *");
    check("<>x", "user.notice now  []  |<>x| *");
    check("\tat com.example.Main", "user.notice now  []  |\tat com.example.Main| *");
    check("<34>1 not a header", "auth.crit now  []  |1 not a header| *");
    check("<34>1 soon h a p m - x", "auth.crit now  []  |1 soon h a p m - x| *");
  }

  @Test
  void devicesHaveTheirOwnWays() {
    check(
        "<189>123: router1: *Mar  1 2026 18:46:11.123: %SYS-5-CONFIG_I: Configured from console",
        "local7.notice 2026-03-01T18:46:11.123Z router1 SYS[] SYS-5-CONFIG_I"
            + " |%SYS-5-CONFIG_I: Configured from console| *");
    check(
        "<166>Nov 24 2026 11:05:01 fw1 : %ASA-6-302013: Built outbound",
        "local4.info 2026-11-24T11:05:01Z fw1 []  |: %ASA-6-302013: Built outbound|");
    check(
        "<166>Nov 24 2026 11:05:01: %ASA-6-302013: Built outbound",
        "local4.info 2026-11-24T11:05:01Z  ASA[] ASA-6-302013 |%ASA-6-302013: Built outbound|");
    check(
        "<134>Nov 24 11:05:01 fw CEF:0|Vendor|Product|1|100|name|5|src=1.2.3.4",
        "local0.info 2026-11-24T11:05:01Z fw []  |CEF:0|Vendor|Product|1|100|name|5|src=1.2.3.4|");
    check(
        "<13>Nov 24 11:05:01 Message forwarded from web1: app: hello",
        "user.notice 2026-11-24T11:05:01Z web1 app[]  |hello| *");
    check(
        "<13>Nov 24 11:05:01 h app: @cee: {\"a\":1}",
        "user.notice 2026-11-24T11:05:01Z h app[]  |@cee: {\"a\":1}|");
  }

  private static String json(byte[] line) {
    return new String(UTC.decode(line, 0, line.length, RECEIVED_NANOS).json(), UTF_8)
        .replace('"', '\'');
  }

  @Test
  void recordsAreJson() {
    assertEquals(
        "{'@timestamp':'2003-10-11T22:14:15.003Z','message':'An event',"
            + "'log':{'level':'critical'},'host':{'name':'m'},'service':{'name':'su'},"
            + "'syslog':{'facility':'auth','severity':'crit','procid':'7','msgid':'ID47'},"
            + "'sd':{'x@1':{'a':['1','2'],'b':'3'},'y':{}}}",
        json(
            "<34>1 2003-10-11T22:14:15.003Z m su 7 ID47 [x@1 a=\"1\" b=\"3\" a=\"2\"][y] An event"
                .getBytes(UTF_8)));
    assertEquals(
        "{'@timestamp':'2026-11-24T12:00:00Z','message':'boom','log':{'level':'informational'},"
                .replace("informational", "info")
            + "'service':{'name':'app'},'syslog':{'facility':'user','severity':'info'},"
            + "'event':{'original':'<14>app: boom'}}",
        json("<14>app: boom".getBytes(UTF_8)));
    assertEquals(
        "{'@timestamp':'2026-11-24T12:00:00Z','message':'a\\\\b\\t\\u0001\\u001f\uFFFDo',"
            + "'log':{'level':'notice'},'syslog':{'facility':'user','severity':'notice'}}",
        json("a\\b\t\u0001\u001f\u00f6o".getBytes(ISO_8859_1)));
  }

  @Test
  void anyBytesBecomeAValidRecord() {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    var random = new Random(seed);
    String[] starts = {"<34>1 - h a p m [", "<34>Oct 11 22:14:15 ", "<13>", "", "<34>1 "};
    for (int i = 0; i < 3000; i++) {
      byte[] noise = new byte[random.nextInt(60)];
      random.nextBytes(noise);
      byte[] start = starts[i % starts.length].getBytes(UTF_8);
      byte[] line = new byte[start.length + noise.length];
      System.arraycopy(start, 0, line, 0, start.length);
      System.arraycopy(noise, 0, line, start.length, noise.length);
      SyslogDecoder.Line decoded = UTC.decode(line, 0, line.length, RECEIVED_NANOS);
      var builder = new LogBatch.Builder(TenantId.DEFAULT, "test", 0);
      builder.startRecord(0, "s", "s", decoded.json(), 0, decoded.json().length);
      assertInstanceOf(
          Decoded.Accepted.class,
          new JsonDecoder().decode(builder, decoded.json(), 0, decoded.json().length),
          () -> "seed " + seed + ": " + new String(decoded.json(), UTF_8));
    }
  }
}
