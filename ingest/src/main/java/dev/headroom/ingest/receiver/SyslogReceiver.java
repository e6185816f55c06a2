package dev.headroom.ingest.receiver;

import dev.headroom.ingest.admission.AdmissionControl;
import dev.headroom.ingest.admission.IngestMeters;
import dev.headroom.ingest.decode.SyslogDecoder;
import dev.headroom.ingest.normalise.Normaliser;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes syslog over TCP and UDP on one address; what it understands is in {@code docs/syslog.md}.
 * All that comes in belongs to one tenant, as syslog has no way to say whose it is.
 *
 * <p>Opened and closed by a {@link ReceiverGroup}.
 */
public final class SyslogReceiver {
  private static final Logger LOG = LoggerFactory.getLogger(SyslogReceiver.class);

  /** Each may hold a line and a chunk, so they have a number. */
  private static final int MAX_CONNECTIONS = 1_000;

  /** Read at once from a connection; as much may wait for room there. */
  private static final int CHUNK_BYTES = 64 << 10;

  /** The largest a datagram can be. */
  private static final int DATAGRAM_BYTES = 64 << 10;

  /**
   * What the kernel holds of UDP while a loop is busy; it gives less when told to by its limits.
   */
  private static final int UDP_KERNEL_BYTES = 4 << 20;

  /** Ports tried for the same free one over TCP and UDP. */
  private static final int BIND_ATTEMPTS = 10;

  private static final Duration ABANDONED = Duration.ofSeconds(2);

  private final InetSocketAddress address;
  private final SyslogSink sink;
  private final Set<SyslogTcpHandler> connections = ConcurrentHashMap.newKeySet();
  // Set when opened.
  private @Nullable Channel tcp;
  private @Nullable Channel udp;
  private @Nullable SyslogUdpHandler datagrams;

  /**
   * @param zone of times that name none
   * @param tenant whose records these are
   */
  public SyslogReceiver(
      InetSocketAddress address,
      ZoneId zone,
      TenantId tenant,
      LogStore store,
      Normaliser normaliser,
      IngestMeters meters,
      AdmissionControl admission) {
    this.address = address;
    ThreadFactory threads = Thread.ofVirtual().name("syslog-append-", 0).factory();
    Executor appends = task -> threads.newThread(task).start();
    this.sink =
        new SyslogSink(
            tenant, new SyslogDecoder(zone), store, normaliser, meters, admission, appends);
  }

  /** Binds both ports; port 0 takes a free one, the same for both. */
  void open(EventLoopGroup loops) {
    for (int attempt = 1; ; attempt++) {
      try {
        Channel stream = bind(tcpBootstrap(loops).bind(address));
        tcp = stream;
        int port = ((InetSocketAddress) stream.localAddress()).getPort();
        var handler = new SyslogUdpHandler(sink);
        udp =
            bind(
                udpBootstrap(loops, handler)
                    .bind(new InetSocketAddress(address.getAddress(), port)));
        datagrams = handler;
        LOG.info("listening for syslog address={}", stream.localAddress());
        return;
      } catch (HeadroomException e) {
        closeServer();
        if (address.getPort() != 0 || attempt == BIND_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static Channel bind(io.netty.channel.ChannelFuture binding) {
    if (!binding.awaitUninterruptibly().isSuccess()) {
      Throwable cause = binding.cause();
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE,
          "cannot listen for syslog: " + (cause == null ? "cancelled" : cause.getMessage()),
          cause);
    }
    return binding.channel();
  }

  private ServerBootstrap tcpBootstrap(EventLoopGroup loops) {
    return new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, 1024)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        // One chunk a read, so that stopping to read takes effect at once.
        .childOption(
            ChannelOption.RECVBUF_ALLOCATOR,
            new FixedRecvByteBufAllocator(CHUNK_BYTES).maxMessagesPerRead(1))
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                accept(channel);
              }
            });
  }

  private void accept(SocketChannel channel) {
    if (connections.size() >= MAX_CONNECTIONS) {
      LOG.warn(
          "refused a connection: {} are open remote={}", MAX_CONNECTIONS, channel.remoteAddress());
      var unused = channel.close();
      return;
    }
    var connection = new SyslogTcpHandler(sink);
    connections.add(connection);
    var unused = connection.done().thenRun(() -> connections.remove(connection));
    channel.pipeline().addLast(connection);
  }

  private Bootstrap udpBootstrap(EventLoopGroup loops, SyslogUdpHandler datagrams) {
    return new Bootstrap()
        .group(loops)
        .channel(NioDatagramChannel.class)
        .option(ChannelOption.SO_RCVBUF, UDP_KERNEL_BYTES)
        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAM_BYTES))
        .handler(
            new ChannelInitializer<NioDatagramChannel>() {
              @Override
              protected void initChannel(NioDatagramChannel channel) {
                channel.pipeline().addLast(datagrams);
              }
            });
  }

  /** Where it listens, once open. */
  public InetSocketAddress address() {
    SocketAddress bound = tcp == null ? address : tcp.localAddress();
    return (InetSocketAddress) bound;
  }

  private void closeServer() {
    for (Channel server : new Channel[] {tcp, udp}) {
      if (server != null) {
        server.close().awaitUninterruptibly();
      }
    }
    tcp = null;
    udp = null;
  }

  /** Accepts no more, stores what was received, ends the connections. */
  void close(EventLoopGroup loops, Duration patience) {
    SyslogUdpHandler udpHandler = datagrams;
    closeServer();
    // Connections that were accepted last are known when the loops have come so far.
    loops.forEach(loop -> loop.submit(() -> {}).awaitUninterruptibly());
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    if (udpHandler != null) {
      ends.add(udpHandler.done());
    }
    connections.forEach(
        connection -> {
          ends.add(connection.done());
          connection.stop();
        });
    var all = CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new));
    if (!await(all, patience)) {
      LOG.warn("syslog connections that could not store all: {}", connections.size());
      connections.forEach(SyslogTcpHandler::abandon);
      var unused = await(all, ABANDONED);
    }
  }

  private static boolean await(CompletableFuture<Void> all, Duration patience) {
    try {
      all.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
