package dev.headroom.query.logql;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.query.lang.Json;
import dev.headroom.storage.model.HeadroomException;

/** {@code unpack}: the texts of a packed object as labels, its {@code _entry} as the line. */
record UnpackStage() implements Stage {
  private static final String ENTRY = "_entry";

  @Override
  public boolean process(Entry entry) {
    try {
      byte[] bytes = entry.line().getBytes(UTF_8);
      if (Json.read(bytes, 0, bytes.length) instanceof Json.Members members) {
        unpack(entry, members);
      } else {
        entry.fail("JSONParserErr", "expecting json object");
      }
    } catch (HeadroomException e) {
      entry.fail("JSONParserErr", String.valueOf(e.getMessage()));
    }
    return true;
  }

  private static void unpack(Entry entry, Json.Members members) {
    members
        .fields()
        .forEach(
            (name, value) -> {
              if (!(value instanceof Json.Scalar scalar) || scalar.kind() != Json.Kind.STRING) {
                return;
              }
              if (name.equals(ENTRY)) {
                entry.setLine(scalar.text());
              } else {
                entry.extract(name, scalar.text());
              }
            });
  }

  @Override
  public String toString() {
    return "| unpack";
  }
}
