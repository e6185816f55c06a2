package dev.headroom.ingest.receiver;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The thread on which the HTTP server accepts connections. Told to end, Netty's own loops linger
 * for two seconds in case somebody still has work for them; nobody has for this one.
 */
public final class AcceptLoop extends MultiThreadIoEventLoopGroup {
  private static final Duration STOP = Duration.ofSeconds(5);

  /**
   * @param epoll whether the server's sockets are epoll's, and not NIO's
   */
  public AcceptLoop(String name, boolean epoll) {
    super(
        1,
        Thread.ofPlatform().name(name).factory(),
        epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  @Override
  public Future<?> shutdownGracefully() {
    return shutdownGracefully(0, STOP.toMillis(), TimeUnit.MILLISECONDS);
  }
}
