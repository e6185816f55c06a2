package dev.headroom.server.cli;

import dev.headroom.storage.model.HeadroomException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server a command asks, and as whom. */
final class ServerOptions {
  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "${env:HEADROOM_SERVER:-http://127.0.0.1:7420}",
      description = "Server to ask (default: ${DEFAULT-VALUE}; also HEADROOM_SERVER).")
  private String server = "";

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "API key; better given as HEADROOM_KEY, which no process list shows.")
  private @Nullable String key;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "PEM certificate to trust, for a server with a certificate of its own.")
  private @Nullable Path ca;

  @Option(
      names = "--tenant",
      paramLabel = "ID",
      description = "Tenant to ask for while authentication is off.")
  private @Nullable String tenant;

  ApiClient open() {
    String secret = key != null ? key : System.getenv("HEADROOM_KEY");
    try {
      return new ApiClient(
          new URI(server),
          Optional.ofNullable(secret),
          Optional.ofNullable(tenant),
          Optional.ofNullable(ca));
    } catch (URISyntaxException e) {
      throw HeadroomException.invalid(
          "--server must be a URL such as http://127.0.0.1:7420: " + e.getMessage());
    }
  }
}
