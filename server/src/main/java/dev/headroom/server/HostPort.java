package dev.headroom.server;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Where to listen: {@code 127.0.0.1:7420}, {@code [::1]:7420}, {@code :7420} (loopback). */
public record HostPort(String host, int port) {
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw HeadroomException.invalid("must be HOST:PORT, got " + Printable.quote(text));
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (port < 0 || port > 65_535) {
        throw new NumberFormatException();
      }
      return new HostPort(host.isEmpty() ? "127.0.0.1" : host, port);
    } catch (NumberFormatException _) {
      throw HeadroomException.invalid("port must be 0 to 65535, got " + Printable.quote(text));
    }
  }

  public HostPort withPort(int newPort) {
    return new HostPort(host, newPort);
  }

  /** A name that does not resolve is not loopback. */
  boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException _) {
      return false;
    }
  }

  InetSocketAddress toSocketAddress() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
