package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
  private static boolean decodes(byte[] bytes, int offset, int length) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }

  @Test
  void agreesWithTheJdkOnAnyBytes() {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    var random = new Random(seed);
    int[] interesting = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2};
    int[] leading = {0xdf, 0xe0, 0xe1, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff};
    for (int i = 0; i < 300_000; i++) {
      var bytes = new byte[random.nextInt(24)];
      for (int k = 0; k < bytes.length; k++) {
        bytes[k] =
            (byte)
                switch (random.nextInt(3)) {
                  case 0 -> interesting[random.nextInt(interesting.length)];
                  case 1 -> leading[random.nextInt(leading.length)];
                  default -> random.nextInt(0x20, 0x7f);
                };
      }
      int offset = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
      int length = bytes.length - offset;
      assertEquals(
          decodes(bytes, offset, length),
          Utf8.isValid(bytes, offset, length),
          () ->
              "seed "
                  + seed
                  + ": "
                  + java.util.HexFormat.of().formatHex(bytes, offset, offset + length));
    }
  }

  @Test
  void textIsValidAndCutBetweenCharacters() {
    byte[] text = "aé€😀".getBytes(UTF_8);
    assertEquals(true, Utf8.isValid(text, 0, text.length));
    int[] cuts = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (int max = 0; max < cuts.length; max++) {
      assertEquals(cuts[max], Utf8.cutAt(text, 0, text.length, max), "at most " + max);
    }
  }
}
