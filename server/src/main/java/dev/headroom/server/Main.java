package dev.headroom.server;

import dev.headroom.server.cli.HeadroomCommand;

/** The entry point of {@code ./headroom}. */
public final class Main {
  public static void main(String[] args) {
    System.exit(HeadroomCommand.run(args));
  }

  private Main() {}
}
