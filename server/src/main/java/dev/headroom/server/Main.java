package dev.headroom.server;

import dev.headroom.server.cli.HeadroomCommand;

/** The entry point of {@code ./headroom}. */
public final class Main {
  public static void main(String[] args) {
    int status = HeadroomCommand.run(args);
    if (isEnding()) {
      // A signal ended the process, which waits for this thread; exit() would wait for it in turn.
      Runtime.getRuntime().halt(status);
    }
    System.exit(status);
  }

  private static boolean isEnding() {
    var hook = Thread.ofPlatform().name("probe").unstarted(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      Runtime.getRuntime().removeShutdownHook(hook);
      return false;
    } catch (IllegalStateException _) {
      return true;
    }
  }

  private Main() {}
}
