package dev.headroom.query.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.query.engine.LogEngine;
import dev.headroom.query.engine.LogRequest;
import dev.headroom.query.engine.QueryResult;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A search as one JSON object a line, page by page, so that an answer of any length needs the
 * memory of one. The next page is asked for when the client has taken the last. When not all was
 * given, a last line says so: {@code {"partial":true,"reasons":[…],"cursor":…}}.
 */
final class LineStream {
  static final int MAX_LINES = 10_000_000;

  private static final int PAGE = 1000;

  /** A client that takes nothing for so long is gone. */
  private static final long MAX_STALL_SECONDS = 60;

  private static final MediaType NDJSON = MediaType.parse("application/x-ndjson");

  private final LogEngine engine;
  private final TenantId tenant;
  private final LogRequest request;
  private final int question;

  LineStream(LogEngine engine, TenantId tenant, LogRequest request, int question) {
    this.engine = engine;
    this.tenant = tenant;
    this.request = request;
    this.question = question;
  }

  HttpResponse answer(ServiceRequestContext context) {
    int limit = request.limit().orElse(100);
    QueryResult first = page(limit, request.after()); // its errors still have a status of their own
    HttpResponseWriter writer = HttpResponse.streaming();
    writer.write(ResponseHeaders.builder(HttpStatus.OK).contentType(NDJSON).build());
    context.clearRequestTimeout();
    context.blockingTaskExecutor().execute(() -> stream(writer, first, limit));
    return writer;
  }

  private QueryResult page(int left, Optional<LogCursor> after) {
    boolean sized = request.limit().isPresent() || after.isPresent();
    // What other stages leave has no next page, so it is asked for at once.
    int size = LogEngine.isPaged(request.query()) ? PAGE : LogSearch.MAX_LIMIT;
    OptionalInt limit = sized ? OptionalInt.of(Math.min(size, left)) : OptionalInt.empty();
    return engine.run(
        tenant,
        new LogRequest(
            request.query(), request.range(), request.order(), limit, after, request.countHits()));
  }

  private void stream(HttpResponseWriter writer, QueryResult first, int limit) {
    try {
      QueryResult page = first;
      int left = limit;
      while (true) {
        List<byte[]> lines = lines(page.rows());
        left -= lines.size();
        if (!write(writer, lines)) {
          return;
        }
        if (page.isPartial()) {
          boolean unused = writer.tryWrite(HttpData.wrap(lastLine(page)));
          break;
        }
        if (page.next().isEmpty() || left <= 0) {
          break;
        }
        page = page(left, page.next());
      }
      writer.close();
    } catch (HeadroomException | ExecutionException | TimeoutException e) {
      writer.close(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      writer.close(e);
    }
  }

  private static boolean write(HttpResponseWriter writer, List<byte[]> lines)
      throws InterruptedException, ExecutionException, TimeoutException {
    var text = new ByteArrayOutputStream();
    for (byte[] line : lines) {
      text.writeBytes(line);
      text.write('\n');
    }
    if (text.size() > 0 && !writer.tryWrite(HttpData.wrap(text.toByteArray()))) {
      return false;
    }
    writer.whenConsumed().get(MAX_STALL_SECONDS, TimeUnit.SECONDS);
    return writer.isOpen();
  }

  private byte[] lastLine(QueryResult page) {
    byte[] line =
        JsonAnswer.object(
            out -> {
              out.writeBooleanField("partial", true);
              JsonAnswer.texts(out, "reasons", page.partialReasons());
              LogService.writeCursor(out, page.next().orElse(null), request.range(), question);
            });
    byte[] ended = java.util.Arrays.copyOf(line, line.length + 1);
    ended[line.length] = '\n';
    return ended;
  }

  static List<byte[]> lines(QueryResult.Rows rows) {
    return switch (rows) {
      case QueryResult.Hits hits -> lines(hits);
      case QueryResult.Table table -> lines(table);
    };
  }

  static List<byte[]> lines(QueryResult.Hits hits) {
    return hits.rows().stream().map(RowJson::of).toList();
  }

  private static List<byte[]> lines(QueryResult.Table table) {
    var lines = new ArrayList<byte[]>(table.rows().size());
    for (var row : table.rows()) {
      lines.add(
          JsonAnswer.object(
              out -> {
                for (int i = 0; i < row.size(); i++) {
                  out.writeFieldName(SourceJson.wellFormed(table.columns().get(i)));
                  JsonAnswer.value(out, row.get(i));
                }
              }));
    }
    return lines;
  }
}
