package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SyslogFramerTest {
  private static final class Found implements SyslogFramer.Messages {
    private final List<String> all = new ArrayList<>();

    @Override
    public void message(byte[] bytes, int offset, int length) {
      all.add(new String(bytes, offset, length, ISO_8859_1));
    }

    @Override
    public void tooLarge(long length) {
      all.add("too large: " + length);
    }
  }

  /** Whole, and in two pieces cut at every place. */
  private static void check(String stream, String... expected) {
    byte[] bytes = stream.getBytes(ISO_8859_1);
    for (int cut = 0; cut <= bytes.length; cut++) {
      assertEquals(List.of(expected), frames(bytes, cut), "cut at " + cut);
    }
  }

  private static List<String> frames(byte[] bytes, int... cuts) {
    var framer = new SyslogFramer();
    var found = new Found();
    int from = 0;
    for (int cut : cuts) {
      framer.feed(bytes, from, cut - from, found);
      from = cut;
    }
    framer.feed(bytes, from, bytes.length - from, found);
    framer.flush(true, found);
    return found.all;
  }

  @Test
  void countedMessagesEndWhereTheySay() {
    check("8 <1>1 a\nb5 <2>xy", "<1>1 a\nb", "<2>xy");
    check("6 <1>ab\n6 <2>cd\r\n", "<1>ab", "<2>cd"); // the count includes the line end
    check("5 <1>ab\n5 <2>cd\r\n\0005 <3>ef", "<1>ab", "<2>cd", "<3>ef"); // or does not
    check("20 <1>cut off", "<1>cut off");
  }

  @Test
  void linesEndAtALineFeedOrNul() {
    check("<1>a\n<2>b\r\n\n<3>c", "<1>a", "<2>b", "<3>c");
    check("<1>a\000<2>b\000", "<1>a", "<2>b");
    check("plain\n12 monkeys\n2026-11-24 x\n", "plain", "12 monkeys", "2026-11-24 x");
    check("0 <1>a\n1234567890 <1>b\n", "0 <1>a", "1234567890 <1>b");
    check("");
    check("\n\r\n\000");
  }

  @Test
  void eachMessageIsFramedByItself() {
    check("5 <1>ab<2>c\n5 <3>de\n<4>f\n", "<1>ab", "<2>c", "<3>de", "<4>f");
  }

  @Test
  void lineFeedsStayInMessagesThatEndWithNul() {
    check(
        "<1>a\000<2>b\n at c\n at d\000<3>e\n<4>f\n<5\n>g\000",
        "<1>a",
        "<2>b\n at c\n at d",
        "<3>e",
        "<4>f\n<5\n>g");
    assertEquals(
        List.of("<1>a\n at b", "<2>c\n d"),
        frames("<1>a\n at b\000<2>c\n d\000".getBytes(ISO_8859_1)));
  }

  @Test
  void whatIsTooLongIsPassedOver() {
    String large = "x".repeat(SyslogFramer.MAX_BYTES + 1);
    String largest = "y".repeat(SyslogFramer.MAX_BYTES);
    byte[] lines = ("<1>a\n" + large + "\n" + largest + "\n<2>b\n").getBytes(ISO_8859_1);
    List<String> expected = List.of("<1>a", "too large: " + large.length(), largest, "<2>b");
    assertEquals(expected, frames(lines));
    assertEquals(expected, frames(lines, 100_000, 200_000, 262_148, 262_149, 262_150, 300_000));
    String counted = "300000 <1>" + "x".repeat(299_997) + "5 <2>ab";
    assertEquals(
        List.of("too large: 300000", "<2>ab"), frames(counted.getBytes(ISO_8859_1), 7, 150_000));
    assertEquals(
        List.of("too large: " + large.length()), frames(large.getBytes(ISO_8859_1), 200_000));
  }

  @Test
  void aPauseEndsALineButNoCountedMessage() {
    var framer = new SyslogFramer();
    var found = new Found();
    feed(framer, "<1>no end", found);
    framer.flush(false, found);
    assertEquals(List.of("<1>no end"), found.all);
    assertEquals(0, framer.capacity());
    feed(framer, "10 <2>half", found);
    framer.flush(false, found);
    feed(framer, "way5", found);
    framer.flush(false, found);
    feed(framer, " <3>ab", found);
    assertEquals(List.of("<1>no end", "<2>halfway", "<3>ab"), found.all);
    assertTrue(framer.isEmpty());
  }

  private static void feed(SyslogFramer framer, String text, Found found) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    framer.feed(bytes, 0, bytes.length, found);
  }

  @Test
  void anyChunksOfAnyBytesGiveTheSameMessages() {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    var random = new Random(seed);
    String[] parts = {"<34>1 - ", "<13>", "5 <1>ab", "12 ", "\n", "\r\n", "x", "at foo", " ", "7"};
    for (int round = 0; round < 500; round++) {
      var text = new StringBuilder();
      for (int i = random.nextInt(40); i >= 0; i--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      byte[] bytes = text.toString().getBytes(ISO_8859_1);
      int[] cuts = random.ints(5, 0, bytes.length + 1).sorted().toArray();
      assertEquals(frames(bytes), frames(bytes, cuts), () -> "seed " + seed + ": " + text);
    }
  }

  @Test
  void manyLinesWithoutAPriorityTakeLinearTime() {
    byte[] lines = "a\n".repeat(200_000).getBytes(ISO_8859_1);
    assertEquals(200_000, frames(lines).size());
  }
}
