package dev.headroom.ingest.receiver;

import dev.headroom.ingest.admission.AdmissionControl.Permit;
import dev.headroom.ingest.decode.SyslogFramer;
import dev.headroom.storage.model.HeadroomException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection. Reads while there is room; a full batch that waits for the store, or a
 * process that holds too much already, stops the reading, and TCP holds the sender back. What was
 * read is stored even when the sender has gone.
 *
 * <p>Event loop only.
 */
final class SyslogTcpHandler extends ChannelInboundHandlerAdapter {
  static final String DOOR = "syslog_tcp";

  /** A line whose end does not come for so long ends there. */
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How long the process gets to find room for what was read, before it is tried again. */
  private static final long NO_ROOM_MILLIS = 20;

  /** At a stop, a connection that brought nothing for so long has brought all. */
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final Logger LOG = LoggerFactory.getLogger(SyslogTcpHandler.class);

  private final SyslogSink sink;
  private final SyslogFramer framer = new SyslogFramer();
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  /** Read, but not yet admitted; at most what one read brought. */
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();

  /** For the framer's heap, which grows with a line and is given back at rest. */
  private Permit framing;

  private long framingBytes;
  private @Nullable ChannelHandlerContext context;
  private @Nullable LineBatcher batcher;
  private boolean retrySet;
  private boolean idleTimerSet;
  private boolean inputEnded;
  private boolean flushed;
  private long lastReadNanos;
  private long reads;

  SyslogTcpHandler(SyslogSink sink) {
    this.sink = sink;
    this.framing = sink.admission().acquire(0);
  }

  /** Completes when the connection is closed and all it brought is stored or dropped. */
  CompletableFuture<Void> done() {
    return done;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    batcher =
        new LineBatcher(sink, DOOR, LineBatcher.WhenRefused.RETRY, ctx.executor(), () -> pump(ctx));
    lastReadNanos = ctx.executor().ticker().nanoTime();
  }

  private LineBatcher batcher() {
    return java.util.Objects.requireNonNull(batcher);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (!bytes.isReadable()) {
      bytes.release();
      return;
    }
    lastReadNanos = ctx.executor().ticker().nanoTime();
    reads++;
    waiting.add(bytes);
    pump(ctx);
  }

  /** Takes what waits, as far as there is room. */
  private void pump(ChannelHandlerContext ctx) {
    while (!waiting.isEmpty()) {
      if (batcher().isFull()) {
        ctx.channel().config().setAutoRead(false);
        return; // goes on when the batch has left
      }
      if (!take(waiting.getFirst())) {
        ctx.channel().config().setAutoRead(false);
        retryLater(ctx);
        return;
      }
      waiting.removeFirst().release();
    }
    boolean full = batcher().isFull();
    if (ctx.channel().config().isAutoRead() == full && !inputEnded) {
      lastReadNanos = ctx.executor().ticker().nanoTime(); // so long nothing could be read
      ctx.channel().config().setAutoRead(!full);
    }
    if (inputEnded) {
      finish(ctx);
    } else {
      setIdleTimer(ctx);
    }
  }

  /** Copies received bytes to the heap and finds the lines; false when there is no room. */
  private boolean take(ByteBuf bytes) {
    int length = bytes.readableBytes();
    try {
      long growth = framer.capacity() + framer.growth(length) - framingBytes;
      if (growth > 0) {
        framing.grow(growth);
        framingBytes += growth;
      }
      batcher().admit(length);
    } catch (HeadroomException _) {
      return false; // the process holds too much; the sender waits
    }
    bytes.readBytes(framer.room(length), framer.end(), length);
    framer.filled(length, batcher());
    batcher().added();
    return true;
  }

  private void retryLater(ChannelHandlerContext ctx) {
    if (!retrySet) {
      retrySet = true;
      var unused =
          ctx.executor()
              .schedule(
                  () -> {
                    retrySet = false;
                    pump(ctx);
                  },
                  NO_ROOM_MILLIS,
                  TimeUnit.MILLISECONDS);
    }
  }

  private void setIdleTimer(ChannelHandlerContext ctx) {
    if (idleTimerSet || framer.capacity() == 0) {
      return;
    }
    idleTimerSet = true;
    long left = lastReadNanos + IDLE_NANOS - ctx.executor().ticker().nanoTime();
    var unused =
        ctx.executor()
            .schedule(
                () -> {
                  idleTimerSet = false;
                  idle(ctx);
                },
                left > 0 ? left : IDLE_NANOS,
                TimeUnit.NANOSECONDS);
  }

  private void idle(ChannelHandlerContext ctx) {
    boolean isIdle =
        ctx.channel().config().isAutoRead()
            && waiting.isEmpty()
            && ctx.executor().ticker().nanoTime() - lastReadNanos >= IDLE_NANOS;
    if (isIdle && !inputEnded) {
      framer.flush(false, batcher());
      batcher().added();
      if (framer.capacity() == 0) {
        framing.close();
        framing = sink.admission().acquire(0);
        framingBytes = 0;
      }
    }
    setIdleTimer(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    inputEnded = true;
    pump(ctx);
  }

  private void finish(ChannelHandlerContext ctx) {
    if (!flushed) {
      flushed = true;
      framer.flush(true, batcher());
      batcher().flush();
    }
    if (batcher().isIdle()) {
      framing.close();
      var unused = ctx.close();
      done.complete(null);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("connection broke remote={}", ctx.channel().remoteAddress(), cause);
    } else {
      LOG.warn("connection closed remote={}", ctx.channel().remoteAddress(), cause);
    }
    var unused = ctx.close();
  }

  /** Takes what is still on its way, then ends; may be called from any thread. */
  void stop() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ctx.executor().execute(() -> stopWhenQuiet(ctx, -1));
    }
  }

  /**
   * Ends when nothing was read since the last look. Counted in reads, as the loop itself may have
   * been busy for longer than the time between.
   */
  private void stopWhenQuiet(ChannelHandlerContext ctx, long readsBefore) {
    if (inputEnded) {
      return;
    }
    boolean isReading = ctx.channel().config().isAutoRead() && waiting.isEmpty();
    if (isReading && reads == readsBefore) {
      inputEnded = true;
      ctx.channel().config().setAutoRead(false);
      pump(ctx);
    } else {
      long seen = isReading ? reads : -1;
      var unused =
          ctx.executor()
              .schedule(() -> stopWhenQuiet(ctx, seen), QUIET_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  /** Ends now: what waits for room is dropped, and the store is not asked again; any thread. */
  void abandon() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ctx.executor()
          .execute(
              () -> {
                batcher().abandon();
                waiting.forEach(ByteBuf::release);
                waiting.clear();
                inputEnded = true;
                pump(ctx);
              });
    }
  }
}
