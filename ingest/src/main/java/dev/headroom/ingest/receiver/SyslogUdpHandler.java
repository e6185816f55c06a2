package dev.headroom.ingest.receiver;

import dev.headroom.ingest.decode.SyslogFramer;
import dev.headroom.storage.model.HeadroomException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A UDP port: one message a datagram. Nothing holds a sender back, so what finds no room is dropped
 * and counted. Event loop only.
 */
final class SyslogUdpHandler extends SimpleChannelInboundHandler<DatagramPacket> {
  static final String DOOR = "syslog_udp";

  /** What may wait while a batch is stored: some ten thousand messages. */
  private static final int QUEUE_BYTES = 4 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(SyslogUdpHandler.class);

  private final SyslogSink sink;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private @Nullable LineBatcher batcher;
  private byte[] message = new byte[2048];
  private boolean closed;

  SyslogUdpHandler(SyslogSink sink) {
    this.sink = sink;
  }

  /** Completes when the port is closed and all it brought is stored or dropped. */
  CompletableFuture<Void> done() {
    return done;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    batcher =
        new LineBatcher(
            sink, DOOR, LineBatcher.WhenRefused.DROP, ctx.executor(), this::completeWhenIdle);
  }

  private LineBatcher batcher() {
    return java.util.Objects.requireNonNull(batcher);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
    ByteBuf bytes = packet.content();
    int length = bytes.readableBytes();
    if (batcher().gatheredBytes() >= QUEUE_BYTES) {
      drop("queue_full", length);
      return;
    }
    try {
      batcher().admit(length);
    } catch (HeadroomException _) {
      drop("overloaded", length);
      return;
    }
    take(bytes, length);
    batcher().added();
  }

  private void drop(String reason, int length) {
    sink.meters().receivedBytes(DOOR, length);
    sink.meters().received(DOOR, 1);
    sink.meters().dropped(DOOR, reason, 1);
  }

  private void take(ByteBuf bytes, int length) {
    if (message.length < length) {
      message = new byte[Math.max(length, message.length * 2)];
    }
    bytes.readBytes(message, 0, length);
    int last = length;
    while (last > 0 && isEnd(message[last - 1])) {
      last--;
    }
    if (last > SyslogFramer.MAX_BYTES) {
      batcher().tooLarge(last);
    } else if (last > 0) {
      batcher().message(message, 0, last);
    }
  }

  private static boolean isEnd(byte b) {
    return b == '\n' || b == '\r' || b == 0;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed = true;
    batcher().flush();
    completeWhenIdle();
  }

  private void completeWhenIdle() {
    if (closed && batcher().isIdle()) {
      done.complete(null);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.warn("datagram failed", cause); // the port stays open
  }
}
