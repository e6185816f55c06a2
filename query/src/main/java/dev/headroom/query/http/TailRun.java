package dev.headroom.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponseWriter;
import dev.headroom.query.engine.LogEngine;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogFeed;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One tail. Looks once a second at most, because each look at a store that is being written makes a
 * segment. One that falls too far behind goes on with the newest records and says how many it left
 * out. One thread.
 */
final class TailRun {
  private static final int PAGE = 1000;
  private static final long MAX_BEHIND = 100_000;
  private static final Duration ROUND = Duration.ofSeconds(1);

  /** Proxies drop what is silent for a minute. */
  private static final long SILENT_ROUNDS = 15;

  /** A client that takes nothing for so long is gone. */
  private static final long MAX_STALL_SECONDS = 60;

  private final LogEngine engine;
  private final LogFeed feed;
  private final TenantId tenant;
  private final LogFilter filter;
  private final HttpResponseWriter writer;
  private final BooleanSupplier isOver;
  private final ByteArrayOutputStream events = new ByteArrayOutputStream();
  private long silentRounds;

  /** Everything below was looked at. */
  private long next;

  TailRun(
      LogEngine engine,
      LogFeed feed,
      TenantId tenant,
      LogFilter filter,
      HttpResponseWriter writer,
      BooleanSupplier isOver) {
    this.engine = engine;
    this.feed = feed;
    this.tenant = tenant;
    this.filter = filter;
    this.writer = writer;
    this.isOver = isOver;
  }

  /**
   * @param backlog records to begin with, the newest there are
   * @param last the record to go on behind, instead
   */
  void run(int backlog, OptionalLong last) {
    try {
      next = last.isPresent() ? last.getAsLong() + 1 : feed.acknowledged();
      if (last.isEmpty() && backlog > 0) {
        older(backlog);
      }
      while (writer.isOpen() && !isOver.getAsBoolean()) {
        long startedAt = System.nanoTime();
        boolean more = round();
        send();
        if (!more) {
          LockSupport.parkNanos(ROUND.toNanos() - (System.nanoTime() - startedAt));
        }
      }
      writer.close();
    } catch (HeadroomException e) {
      event("error", String.valueOf(e.getMessage()));
      boolean unused = writer.tryWrite(HttpData.wrap(events.toByteArray()));
      writer.close();
    } catch (ExecutionException | TimeoutException e) {
      writer.close(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      writer.close(e);
    }
  }

  private void older(int backlog)
      throws ExecutionException, TimeoutException, InterruptedException {
    LogAnswer answer = engine.search(tenant, LogSearch.newest(filter, TimeRange.ALL, backlog));
    answer.hits().stream()
        .filter(hit -> hit.position() < next)
        .sorted(Comparator.comparingLong(LogHit::position))
        .forEach(this::record);
    send();
  }

  /** Whether there is more to be had at once. */
  private boolean round() {
    long newest = feed.awaitNewer(next, Deadline.after(ROUND));
    if (newest <= next) {
      return false;
    }
    if (newest - next > MAX_BEHIND) {
      event("skipped", Long.toString(newest - MAX_BEHIND - next));
      next = newest - MAX_BEHIND;
    }
    Optional<LogAnswer> found = look();
    if (found.isEmpty()) {
      return false;
    }
    LogAnswer answer = found.get();
    // A snapshot may hold some of what is behind the newest; all of that comes in the next round.
    List<LogHit> hits = answer.hits().stream().filter(hit -> hit.position() < newest).toList();
    hits.forEach(this::record);
    if (answer.isPartial()) {
      event("partial", String.join(", ", answer.partialReasons()));
    }
    boolean isFull = answer.hits().size() == PAGE && !hits.isEmpty();
    next = isFull ? hits.getLast().position() + 1 : newest;
    return isFull;
  }

  /** Empty while too many queries run; it is tried again in the next round. */
  private Optional<LogAnswer> look() {
    try {
      return Optional.of(
          engine.search(
              tenant,
              new LogSearch(
                  filter,
                  TimeRange.ALL,
                  Set.of(),
                  List.of(),
                  LogSort.ARRIVAL,
                  PAGE,
                  Optional.of(new LogCursor(next - 1, next - 1)),
                  false,
                  List.of())));
    } catch (HeadroomException e) {
      if (e.category() == ErrorCategory.OVERLOADED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void record(LogHit hit) {
    events.writeBytes(("id: " + hit.position() + "\ndata: ").getBytes(UTF_8));
    events.writeBytes(SourceJson.flat(hit)); // one line
    events.writeBytes("\n\n".getBytes(UTF_8));
  }

  private void event(String name, String data) {
    events.writeBytes(
        ("event: " + name + "\ndata: " + data.replace('\n', ' ') + "\n\n").getBytes(UTF_8));
  }

  private void send() throws ExecutionException, TimeoutException, InterruptedException {
    if (events.size() == 0 && ++silentRounds >= SILENT_ROUNDS) {
      events.writeBytes(":\n\n".getBytes(UTF_8));
    }
    if (events.size() > 0) {
      silentRounds = 0;
      if (writer.tryWrite(HttpData.wrap(events.toByteArray()))) {
        writer.whenConsumed().get(MAX_STALL_SECONDS, TimeUnit.SECONDS);
      }
      events.reset();
    }
  }
}
