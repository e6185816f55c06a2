package dev.headroom.server.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code headroom version}. */
@Command(
    name = "version",
    mixinStandardHelpOptions = true,
    description = "Print the version, and that of the Java runtime.")
final class VersionCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** The version in the jar's manifest. */
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"headroom " + number()};
    }
  }

  static String number() {
    return Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion())
        .orElse("0.1.0-development");
  }

  @Override
  public void run() {
    var out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
    String java = System.getProperty("java.vm.name") + " " + Runtime.version();
    if (json) {
      out.println(JsonText.object("version", number(), "java", java));
    } else {
      out.println("headroom " + number());
      out.println("java     " + java);
    }
  }
}
