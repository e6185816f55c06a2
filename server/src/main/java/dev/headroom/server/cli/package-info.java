/**
 * The command line: {@link dev.headroom.server.cli.HeadroomCommand} and a class for each of its
 * commands. Those that ask a server do so over HTTP, like anybody else.
 */
@NullMarked
package dev.headroom.server.cli;

import org.jspecify.annotations.NullMarked;
