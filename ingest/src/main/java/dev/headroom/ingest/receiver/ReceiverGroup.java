package dev.headroom.ingest.receiver;

import dev.headroom.storage.model.HeadroomException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of all socket receivers. Closing it stops accepting, takes what is on its way,
 * stores it, and ends the loops. Open and close on one thread.
 */
public final class ReceiverGroup implements AutoCloseable {
  /** Decoding takes microseconds a line; two loops fill a disk. */
  private static final int MAX_LOOPS = 2;

  private static final Duration DRAIN = Duration.ofSeconds(10);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          Math.min(MAX_LOOPS, Runtime.getRuntime().availableProcessors()),
          Thread.ofPlatform().name("receiver-", 0).factory(),
          NioIoHandler.newFactory());

  private final List<SyslogReceiver> receivers = new ArrayList<>();

  /**
   * Starts a receiver.
   *
   * @throws HeadroomException UNAVAILABLE when it cannot listen on its address
   */
  public void open(SyslogReceiver receiver) {
    receiver.open(loops);
    receivers.add(receiver);
  }

  @Override
  public void close() {
    receivers.forEach(receiver -> receiver.close(loops, DRAIN));
    loops.shutdownGracefully(0, DRAIN.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
