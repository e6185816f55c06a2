package dev.headroom.storage.tenant;

import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import dev.headroom.storage.model.TenantId;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * What is kept of an API key: never the key itself.
 *
 * @param id the part of the key that may be shown and logged
 * @param name what it is for, chosen by whoever made it
 * @param sha256 of the whole key, in hexadecimal
 */
public record ApiKey(
    String id, String name, TenantId tenant, Set<Role> roles, String sha256, Instant created) {
  public ApiKey {
    roles = Set.copyOf(roles);
  }

  Principal principal() {
    return new Principal(tenant, name.isEmpty() ? id : name, roles);
  }

  void write(ByteWriter out) {
    out.writeString(id);
    out.writeString(name);
    out.writeString(tenant.value());
    int bits = 0;
    for (Role role : roles) {
      bits |= 1 << role.ordinal();
    }
    out.writeByte(bits);
    byte[] hash = HexFormat.of().parseHex(sha256);
    out.write(hash, 0, hash.length);
    out.writeLong(created.toEpochMilli());
  }

  static ApiKey read(ByteReader in) {
    String id = in.readString();
    String name = in.readString();
    var tenant = new TenantId(in.readString());
    int bits = in.readByte();
    var roles = EnumSet.noneOf(Role.class);
    for (Role role : Role.values()) {
      if ((bits & 1 << role.ordinal()) != 0) {
        roles.add(role);
      }
    }
    byte[] hash = new byte[32];
    for (int i = 0; i < hash.length; i++) {
      hash[i] = (byte) in.readByte();
    }
    return new ApiKey(
        id,
        name,
        tenant,
        roles,
        HexFormat.of().formatHex(hash),
        Instant.ofEpochMilli(in.readLong()));
  }
}
