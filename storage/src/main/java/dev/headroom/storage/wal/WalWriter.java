package dev.headroom.storage.wal;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread that writes a WAL: takes what waits, writes it as one group, forces it, tells the
 * listener, releases the senders, and starts over at once.
 */
final class WalWriter implements AutoCloseable {
  /** A new file takes at most this part of the free space, so that a full disk is met gently. */
  private static final long FREE_SPACE_SHARE = 32;

  private static final int MIN_SEGMENT_BYTES = 4096;
  static final long ANY_EPOCH = -1;

  /**
   * @param segment the file to go on with
   */
  record Start(Optional<WalSegment> segment, long nextPosition) {}

  private final WalConfig config;
  private final CommitListener listener;
  private final Consumer<WalSegment> segmentAdded;
  private final ArrayDeque<Frame> queue = new ArrayDeque<>();
  private final Thread thread;

  // Guarded by `queue`.
  private long queuedBytes;
  private long nextPosition;
  private long epoch;
  private boolean closed;
  private @Nullable String failure;

  // Only the writer thread; reservedBytes is read by others.
  private @Nullable WalSegment segment;
  private volatile long reservedBytes;
  private ByteBuffer group;

  WalWriter(
      WalConfig config, CommitListener listener, Start start, Consumer<WalSegment> segmentAdded) {
    this.config = config;
    this.listener = listener;
    this.segmentAdded = segmentAdded;
    this.segment = start.segment().orElse(null);
    this.nextPosition = start.nextPosition();
    this.group = ByteBuffer.allocateDirect((int) config.maxGroupBytes());
    noteReserved();
    this.thread = Thread.ofPlatform().name("wal-" + config.name()).unstarted(this::run);
    thread.start();
  }

  WalTicket append(
      byte[] payload, int offset, int length, int records, SyncPolicy sync, long expectedEpoch) {
    if (length <= 0 || records <= 0) {
      throw new IllegalArgumentException("a frame holds at least one byte and one record");
    }
    synchronized (queue) {
      if (failure != null) {
        throw unavailable(failure);
      }
      if (closed) {
        throw unavailable("stopping");
      }
      if (expectedEpoch != ANY_EPOCH && expectedEpoch != epoch) {
        throw unavailable("what this was decided on was not written; try again");
      }
      if (queuedBytes > 0 && queuedBytes + length > config.maxQueuedBytes()) {
        throw new HeadroomException(
            ErrorCategory.OVERLOADED, "too much waits for the disk; try again");
      }
      var frame = new Frame(nextPosition, payload, offset, length, records, sync);
      nextPosition += records;
      queuedBytes += length;
      queue.add(frame);
      queue.notifyAll();
      return frame;
    }
  }

  long nextPosition() {
    synchronized (queue) {
      return nextPosition;
    }
  }

  long epoch() {
    synchronized (queue) {
      return epoch;
    }
  }

  /** Before the first append: goes on at a higher position, in a file of its own. */
  void skipTo(long position) throws IOException {
    synchronized (queue) {
      if (segment != null) {
        segment.close();
      }
      segment = null;
      nextPosition = position;
    }
    noteReserved();
  }

  Optional<String> failure() {
    synchronized (queue) {
      return Optional.ofNullable(failure);
    }
  }

  long reservedBytes() {
    return reservedBytes;
  }

  private void run() {
    List<Frame> taken = new ArrayList<>();
    while (takeGroup(taken)) {
      try {
        while (!taken.isEmpty()) {
          commitFront(taken);
        }
      } catch (NoSpaceException e) {
        refuse(taken, String.valueOf(e.getMessage()));
      } catch (IOException | RuntimeException e) {
        poison(taken, e);
      }
      taken.clear();
    }
    closeSegment();
  }

  private boolean takeGroup(List<Frame> taken) {
    synchronized (queue) {
      while (queue.isEmpty()) {
        if (closed) {
          return false;
        }
        try {
          queue.wait();
        } catch (InterruptedException _) {
          closed = true;
        }
      }
      long bytes = 0;
      while (!queue.isEmpty()) {
        Frame next = queue.peek();
        bytes += next.sizeOnDisk();
        if (!taken.isEmpty() && bytes > config.maxGroupBytes()) {
          break;
        }
        taken.add(queue.poll());
      }
      return true;
    }
  }

  /** Commits as many frames as fit the current file, and takes them off the list. */
  private void commitFront(List<Frame> waiting) throws IOException {
    WalSegment target = segmentFor(waiting.getFirst());
    int count = 0;
    long bytes = 0;
    boolean force = false;
    while (count < waiting.size() && target.hasRoomFor(bytes + waiting.get(count).sizeOnDisk())) {
      Frame frame = waiting.get(count++);
      bytes += frame.sizeOnDisk();
      force |= frame.sync == SyncPolicy.FSYNC;
    }
    List<Frame> front = waiting.subList(0, count);
    write(target, front, bytes);
    if (force) {
      target.force();
    }
    noteReserved();
    for (Frame frame : front) {
      listener.committed(frame.position, frame.records, frame.payload, frame.offset, frame.length);
    }
    synchronized (queue) {
      front.forEach(frame -> queuedBytes -= frame.length);
    }
    front.forEach(frame -> frame.done(null));
    front.clear();
  }

  private void write(WalSegment target, List<Frame> frames, long bytes) throws IOException {
    if (group.capacity() < bytes) {
      group = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    }
    group.clear();
    int forcedEnd = Math.toIntExact(target.forcedEnd());
    frames.forEach(frame -> frame.put(group, forcedEnd));
    target.write(group.flip());
  }

  /** The file that has room for the frame; a new one when the current has none. */
  private WalSegment segmentFor(Frame frame) throws IOException {
    WalSegment current = segment;
    if (current != null && current.hasRoomFor(frame.sizeOnDisk())) {
      return current;
    }
    WalSegment next = newSegment(frame);
    if (current != null) {
      current.force(); // what was acknowledged as OS or MEMORY stands in it
      current.close();
    }
    segment = next;
    segmentAdded.accept(next);
    return next;
  }

  private WalSegment newSegment(Frame frame) throws IOException {
    long needed = WalSegment.HEADER_BYTES + frame.sizeOnDisk();
    try {
      long free = Files.getFileStore(config.directory()).getUsableSpace();
      long size = Math.min(config.maxSegmentBytes(), free / FREE_SPACE_SHARE);
      size = Math.max(Math.max(size, needed), MIN_SEGMENT_BYTES);
      return WalSegment.create(config.directory(), frame.position, size);
    } catch (IOException e) {
      throw new NoSpaceException("no room for a new WAL file: " + e.getMessage(), e);
    }
  }

  /** The disk has no room for a new file: nothing was written, later frames may fit again. */
  private void refuse(List<Frame> frames, String why) {
    // Positions were given out in order, and every frame behind these wants the ones that follow:
    // all that waits is refused with them and the numbering goes on from the first of them.
    List<Frame> refused = new ArrayList<>(frames);
    synchronized (queue) {
      refused.addAll(queue);
      queue.clear();
      queuedBytes = 0;
      epoch++;
      nextPosition = frames.getFirst().position;
    }
    refused.forEach(frame -> frame.done(why));
  }

  private void poison(List<Frame> frames, Exception e) {
    List<Frame> lost = new ArrayList<>(frames);
    synchronized (queue) {
      failure = "WAL " + config.name() + " failed: " + e.getMessage();
      lost.addAll(queue);
      queue.clear();
      queuedBytes = 0;
    }
    lost.forEach(frame -> frame.done(failure().orElseThrow()));
  }

  private void noteReserved() {
    WalSegment current = segment;
    reservedBytes = current == null ? 0 : current.capacity() - current.end();
  }

  private void closeSegment() {
    WalSegment current = segment;
    if (current == null) {
      return;
    }
    try {
      if (failure().isEmpty()) {
        current.force();
      }
      current.close();
    } catch (IOException e) {
      poison(List.of(), e);
    }
  }

  @Override
  public void close() {
    synchronized (queue) {
      closed = true;
      queue.notifyAll();
    }
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static HeadroomException unavailable(String why) {
    return new HeadroomException(ErrorCategory.UNAVAILABLE, "cannot write: " + why);
  }

  private static final class NoSpaceException extends IOException {
    private static final long serialVersionUID = 1;

    NoSpaceException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static final class Frame implements WalTicket {
    private final long position;
    private final byte[] payload;
    private final int offset;
    private final int length;
    private final int records;
    private final SyncPolicy sync;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable String error;

    Frame(long position, byte[] payload, int offset, int length, int records, SyncPolicy sync) {
      this.position = position;
      this.payload = payload;
      this.offset = offset;
      this.length = length;
      this.records = records;
      this.sync = sync;
    }

    long sizeOnDisk() {
      return (long) WalSegment.FRAME_HEADER_BYTES + length;
    }

    void put(ByteBuffer target, int forcedEnd) {
      ByteBuffer header = ByteBuffer.allocate(WalSegment.FRAME_HEADER_BYTES);
      header.order(ByteOrder.LITTLE_ENDIAN).putInt(length).putInt(records).putLong(position);
      header.putInt(forcedEnd);
      header.putInt(WalSegment.frameCrc(header.array(), payload, offset, length));
      target.put(header.flip()).put(payload, offset, length);
    }

    void done(@Nullable String problem) {
      error = problem;
      done.countDown();
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void await() {
      try {
        done.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new HeadroomException(
            ErrorCategory.UNAVAILABLE, "interrupted while waiting for the disk", e);
      }
      String problem = error;
      if (problem != null) {
        throw unavailable(problem);
      }
    }
  }
}
