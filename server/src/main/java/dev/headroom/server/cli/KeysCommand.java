package dev.headroom.server.cli;

import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.tenant.ApiKey;
import dev.headroom.storage.tenant.ApiKeys;
import dev.headroom.storage.tenant.Role;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headroom keys}: works on the data directory, whether or not a server runs on it. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = "Create, list and revoke API keys.",
    subcommands = {KeysCommand.Create.class, KeysCommand.Listing.class, KeysCommand.Revoke.class},
    synopsisSubcommandLabel = "(create | list | revoke)")
final class KeysCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandSpec command = Objects.requireNonNull(spec);
    command.commandLine().usage(command.commandLine().getOut());
  }

  /** Where the keys are. */
  static final class DataOption {
    @Option(
        names = "--data",
        paramLabel = "DIR",
        defaultValue = "headroom-data",
        description = "Data directory (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("");

    ApiKeys keys() {
      return new ApiKeys(new StoreLayout(data).keys());
    }
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Make a key and show it, this once.")
  static final class Create implements Runnable {
    @Spec private @Nullable CommandSpec spec;
    @Mixin private DataOption data = new DataOption();

    @Option(
        names = "--role",
        required = true,
        split = ",",
        paramLabel = "ROLE",
        description = "ingest, read or admin; several by commas.")
    private List<Role> roles = new ArrayList<>();

    @Option(
        names = "--tenant",
        paramLabel = "ID",
        defaultValue = "default",
        description = "Whose data the key is for (default: ${DEFAULT-VALUE}).")
    private String tenant = "";

    @Option(
        names = "--name",
        paramLabel = "TEXT",
        defaultValue = "",
        description = "What the key is for.")
    private String name = "";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public void run() {
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      ApiKeys.Created made =
          data.keys().create(name, new TenantId(tenant), EnumSet.copyOf(roles), Instant.now());
      if (json) {
        out.println(JsonText.object("id", made.kept().id(), "key", made.key()));
      } else {
        out.println(made.key());
        Objects.requireNonNull(spec)
            .commandLine()
            .getErr()
            .println("Keep it now: only its hash is stored. Its id is " + made.kept().id() + ".");
      }
    }
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "List the keys.")
  static final class Listing implements Runnable {
    @Spec private @Nullable CommandSpec spec;
    @Mixin private DataOption data = new DataOption();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public void run() {
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      List<ApiKey> keys = data.keys().list();
      if (json) {
        out.println(
            JsonText.of(
                g -> {
                  g.writeStartArray();
                  for (ApiKey key : keys) {
                    g.writeStartObject();
                    g.writeStringField("id", key.id());
                    g.writeStringField("name", key.name());
                    g.writeStringField("tenant", key.tenant().value());
                    g.writeStringField("roles", roles(key));
                    g.writeStringField("created", key.created().toString());
                    g.writeEndObject();
                  }
                  g.writeEndArray();
                }));
        return;
      }
      var table = new TextTable("id", "tenant", "roles", "created", "name");
      for (ApiKey key : keys) {
        table.row(key.id(), key.tenant().value(), roles(key), key.created().toString(), key.name());
      }
      table.print(out, Terminal.columns());
    }

    private static String roles(ApiKey key) {
      return key.roles().stream().sorted().map(Role::label).collect(Collectors.joining(","));
    }
  }

  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      description = "Revoke a key; counts within a second.")
  static final class Revoke implements Runnable {
    @Spec private @Nullable CommandSpec spec;
    @Mixin private DataOption data = new DataOption();

    @Parameters(paramLabel = "ID", description = "The key's id, as 'keys list' shows it.")
    private String id = "";

    @Override
    public void run() {
      data.keys().revoke(id);
      Objects.requireNonNull(spec).commandLine().getOut().println("revoked " + id);
    }
  }
}
