package dev.headroom.storage.tenant;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import dev.headroom.storage.model.TenantId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The API keys of a data directory; the format is in {@code storage/docs/format/api-keys.md}. Any
 * process may add and revoke keys while a server runs: the file is looked at again once a second.
 * Safe for any thread.
 */
public final class ApiKeys {
  /** Every key begins so, which lets secret scanners find a leaked one. */
  public static final String PREFIX = "hr_";

  private static final String FORMAT = "api-keys";
  private static final int VERSION = 1;
  private static final int ID_BYTES = 4;
  private static final int SECRET_BYTES = 32;
  private static final int MAX_KEYS = 10_000;
  private static final long RECHECK_NANOS = 1_000_000_000L;

  private final Path directory;
  private final Path file;
  private final SecureRandom random = new SecureRandom();

  /**
   * What tells one file from the next: a change makes a new one. Its number alone would not do, as
   * that of a deleted file is given out again; nobody can set {@code ctime}.
   */
  private static final String STAMP = "unix:ino,ctime,lastModifiedTime,size";

  private record Loaded(Map<String, Object> stamp, Map<String, ApiKey> byHash) {}

  private volatile Loaded loaded = new Loaded(Map.of(), Map.of());
  private volatile long checkedAtNanoTime = System.nanoTime() - RECHECK_NANOS;

  /**
   * @param directory of the key file; made by the first key
   */
  public ApiKeys(Path directory) {
    this.directory = directory;
    this.file = directory.resolve("keys");
  }

  /** A new key and what is kept of it. The key cannot be had again. */
  public record Created(String key, ApiKey kept) {}

  public Created create(String name, TenantId tenant, Set<Role> roles, Instant now) {
    if (roles.isEmpty()) {
      throw HeadroomException.invalid("a key needs a role: ingest, read or admin");
    }
    String id = HexFormat.of().formatHex(bytes(ID_BYTES));
    String key =
        PREFIX
            + id
            + "_"
            + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(SECRET_BYTES));
    var kept = new ApiKey(id, name, tenant, roles, hash(key), now);
    change(
        keys -> {
          if (keys.size() >= MAX_KEYS) {
            throw HeadroomException.invalid(
                "there are " + MAX_KEYS + " keys already; revoke some first");
          }
          keys.add(kept);
          return keys;
        });
    return new Created(key, kept);
  }

  /**
   * @throws HeadroomException NOT_FOUND when there is no key of that id
   */
  public void revoke(String id) {
    change(
        keys -> {
          if (!keys.removeIf(key -> key.id().equals(id))) {
            throw new HeadroomException(
                ErrorCategory.NOT_FOUND, "no API key with the id " + Printable.quote(id));
          }
          return keys;
        });
  }

  /** Every key, in the order they were made. */
  public List<ApiKey> list() {
    try {
      return read();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * Who holds this key; empty when it is unknown or revoked. The look-up is by hash, so its time
   * tells nothing about the key.
   */
  public Optional<Principal> principal(String key) {
    return Optional.ofNullable(current().get(hash(key))).map(ApiKey::principal);
  }

  private Map<String, ApiKey> current() {
    long now = System.nanoTime();
    if (now - checkedAtNanoTime >= RECHECK_NANOS) {
      checkedAtNanoTime = now;
      reload();
    }
    return loaded.byHash();
  }

  private synchronized void reload() {
    try {
      Map<String, Object> stamp = stamp();
      if (!stamp.equals(loaded.stamp())) {
        loaded =
            new Loaded(
                stamp,
                read().stream().collect(Collectors.toUnmodifiableMap(ApiKey::sha256, k -> k)));
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private Map<String, Object> stamp() throws IOException {
    return Files.exists(file) ? Files.readAttributes(file, STAMP) : Map.of();
  }

  private void change(Function<List<ApiKey>, List<ApiKey>> edit) {
    Path lock = file.resolveSibling("lock");
    try {
      DurableFiles.createDirectories(directory);
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        var out = new ByteWriter(1024);
        List<ApiKey> keys = edit.apply(read());
        out.writeVarInt(keys.size());
        keys.forEach(key -> key.write(out));
        DurableFiles.write(
            file, FORMAT, VERSION, java.util.Arrays.copyOf(out.array(), out.length()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }
    } catch (IOException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "cannot write the API keys: " + e.getMessage(), e);
    }
    checkedAtNanoTime = System.nanoTime() - RECHECK_NANOS;
  }

  private List<ApiKey> read() throws IOException {
    List<ApiKey> keys = new ArrayList<>();
    if (Files.exists(file)) {
      byte[] body = DurableFiles.read(file, FORMAT, VERSION);
      var in = new ByteReader(body, 0, body.length);
      for (int i = in.readCount(); i > 0; i--) {
        keys.add(ApiKey.read(in));
      }
    }
    return keys;
  }

  private static HeadroomException unreadable(IOException e) {
    return new HeadroomException(
        ErrorCategory.UNAVAILABLE, "cannot read the API keys: " + e.getMessage(), e);
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String hash(String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(key.getBytes(US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
