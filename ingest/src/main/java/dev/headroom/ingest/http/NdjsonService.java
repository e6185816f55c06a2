package dev.headroom.ingest.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.ingest.admission.IdempotencyKey;
import dev.headroom.ingest.admission.IngestMeters;
import dev.headroom.ingest.decode.Decoded;
import dev.headroom.ingest.decode.Decoded.Rejected;
import dev.headroom.ingest.decode.JsonDecoder;
import dev.headroom.ingest.decode.JsonValues;
import dev.headroom.ingest.http.BodyReader.Body;
import dev.headroom.ingest.normalise.LogAssembler;
import dev.headroom.ingest.normalise.Normaliser;
import dev.headroom.storage.logs.AppendResult;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import dev.headroom.storage.wal.SyncPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Headroom's own door: {@code POST /headroom/v1/logs} takes JSON records as lines, as an array, one
 * after the other, or one alone. {@code ?stream=} names their stream; without it each goes to that
 * of its {@code service.name}. The answer counts what was taken and lists what was not.
 */
public final class NdjsonService {
  static final String DOOR = "ndjson";
  private static final int MAX_LISTED = 100;
  private static final int MAX_RECORDS = 1_000_000;

  /** Memory that the outcome of a record takes. */
  private static final int ITEM_BYTES = 100;

  private final LogStore store;
  private final Normaliser normaliser;
  private final IngestMeters meters;
  private final BodyReader bodies;
  private final Function<ServiceRequestContext, Principal> callers;

  public NdjsonService(
      LogStore store,
      Normaliser normaliser,
      IngestMeters meters,
      BodyReader bodies,
      Function<ServiceRequestContext, Principal> callers) {
    this.store = store;
    this.normaliser = normaliser;
    this.meters = meters;
    this.bodies = bodies;
    this.callers = callers;
  }

  public void mount(ServerBuilder builder) {
    new Mounts(builder).add(this::serve, "/headroom/v1/logs", HttpMethod.POST);
  }

  private HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    Principal caller = callers.apply(context).require(Role.INGEST);
    String stream = Optional.ofNullable(context.queryParam("stream")).orElse("").strip();
    Optional<String> key = Optional.ofNullable(request.headers().get("idempotency-key"));
    return bodies.read(context, request, body -> take(caller, stream, key, body));
  }

  /** What was wrong with one record of the request. */
  private record ItemError(int item, Rejected rejected) {}

  /** The records of a request, decoded. */
  private static final class Records {
    private final LogAssembler assembler;
    private final Map<String, Long> rejected = new TreeMap<>();
    private final List<ItemError> errors = new ArrayList<>();
    private int count;

    Records(LogAssembler assembler) {
      this.assembler = assembler;
    }

    void add(Decoded decoded) {
      if (decoded instanceof Rejected why) {
        rejected.merge(why.reason(), 1L, Long::sum);
        if (errors.size() < MAX_LISTED) {
          errors.add(new ItemError(count, why));
        }
      }
      count++;
    }
  }

  private HttpResponse take(Principal caller, String stream, Optional<String> key, Body body) {
    meters.receivedBytes(DOOR, body.wireBytes());
    body.permit().grow(body.length()); // the batch made of it
    Records records = new Records(normaliser.assembler(caller.tenant(), DOOR, body.length()));
    body.slots().run(() -> decode(records, stream, body));
    if (records.count == 0) {
      throw HeadroomException.invalid("request body is required: one JSON object a line");
    }
    body.permit().grow((long) records.count * ITEM_BYTES);
    key.map(
            name ->
                IdempotencyKey.of(caller.tenant(), DOOR, name, stream, body.bytes(), body.length()))
        .ifPresent(name -> records.assembler.name(name.batch(0)));
    return store(records, body);
  }

  private static Records decode(Records records, String stream, Body body) {
    var values = new JsonValues(body.bytes(), body.length());
    while (values.next()) {
      if (records.count == MAX_RECORDS) {
        throw new HeadroomException(
            ErrorCategory.TOO_LARGE,
            "more than " + MAX_RECORDS + " records; send smaller requests");
      }
      records.add(
          records.assembler.addToStream(stream, body.bytes(), values.start(), values.length()));
    }
    return records;
  }

  private HttpResponse store(Records records, Body body) {
    meters.received(DOOR, records.count);
    records.rejected.forEach((reason, count) -> meters.rejected(DOOR, reason, count));
    meters.unindexed(DOOR, records.assembler.unindexedValues());
    int accepted = records.assembler.size();
    var result = new AppendResult(List.of(), SyncPolicy.FSYNC, false);
    if (accepted > 0) {
      String failure = "internal";
      try {
        result = store.append(records.assembler.take(body.wireBytes()));
        failure = "";
      } catch (HeadroomException e) {
        failure = e.category().name().toLowerCase(Locale.ROOT);
        throw e;
      } finally {
        meters.dropped(DOOR, failure, failure.isEmpty() ? 0 : accepted);
      }
      meters.dropped(DOOR, "repeated", result.repeated() ? accepted : 0);
      meters.stored(DOOR, result.repeated() ? 0 : accepted);
      meters.overflowed(DOOR, records.assembler.overflowed());
    } else {
      store.append(records.assembler.take(body.wireBytes())); // tells the ledger of the rejected
    }
    // The first answer to a repeat counts, whatever of it would be accepted by now.
    return answer(records, result.repeated() ? result.items().size() : accepted, result);
  }

  private static HttpResponse answer(Records records, int accepted, AppendResult result) {
    var bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator out = JsonDecoder.JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeNumberField("accepted", accepted);
      out.writeNumberField("rejected", records.count - accepted);
      out.writeArrayFieldStart("errors");
      for (ItemError error : records.errors) {
        out.writeStartObject();
        out.writeNumberField("item", error.item);
        out.writeStringField("field", error.rejected.field());
        out.writeStringField("reason", error.rejected.reason());
        out.writeStringField("message", error.rejected.message());
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeStringField("durable", result.held().name().toLowerCase(Locale.ROOT));
      out.writeBooleanField("repeated", result.repeated());
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HttpResponse.of(
        accepted > 0 ? HttpStatus.OK : HttpStatus.BAD_REQUEST,
        MediaType.JSON,
        HttpData.wrap(bytes.toByteArray()));
  }
}
