package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SeverityTest {
  private static void check(String text, int expected) {
    byte[] utf8 = text.getBytes(UTF_8);
    assertEquals(expected, Severity.ofText(utf8, 0, utf8.length), text);
  }

  @Test
  void wordsInAnyCase() {
    check("trace", 1);
    check("DEBUG", 5);
    check("Info", 9);
    check("information", 9);
    check("notice", 10);
    check("WARN", 13);
    check("warning", 13);
    check("Error", 17);
    check("err", 17);
    check("SEVERE", 17);
    check("crit", 18);
    check("alert", 19);
    check("fatal", 21);
    check("emerg", 21);
    check("ERROR3", 19);
    check("E", 17);
  }

  @Test
  void numbersOfSyslogAndOfPino() {
    check("0", 21);
    check("3", 17);
    check("7", 5);
    check("10", 1);
    check("30", 9);
    check("60", 21);
    assertEquals(13, Severity.ofLevel(40));
    assertEquals(17, Severity.ofNumber(17));
    assertEquals(0, Severity.ofNumber(25));
    assertEquals(0, Severity.ofLevel(-1));
  }

  @Test
  void otherTextIsUnknown() {
    for (String text : new String[] {"", "hello", "inform", "ERROR5", "8", "100", "é", " info"}) {
      check(text, 0);
    }
  }
}
