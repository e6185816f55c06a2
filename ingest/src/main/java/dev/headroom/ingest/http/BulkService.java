package dev.headroom.ingest.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.ingest.admission.IdempotencyKey;
import dev.headroom.ingest.admission.IngestMeters;
import dev.headroom.ingest.http.BodyReader.Body;
import dev.headroom.ingest.normalise.LogAssembler;
import dev.headroom.ingest.normalise.Normaliser;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Elasticsearch's {@code _bulk}: one item of the answer for each action, in order; a bad document
 * fails alone. {@code refresh} and the other parameters of the real one are accepted: what is
 * acknowledged is searchable anyway.
 */
public final class BulkService {
  static final String DOOR = "bulk";

  /** Memory an item takes beside its bytes: itself, its outcome, its part of the answer. */
  private static final int ITEM_BYTES = 400;

  private static final int ANSWER_BYTES = 200;

  private final LogStore store;
  private final Normaliser normaliser;
  private final IngestMeters meters;
  private final BodyReader bodies;
  private final Function<ServiceRequestContext, Principal> callers;

  public BulkService(
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
    new Mounts(builder)
        .add(this::serve, "/_bulk", HttpMethod.POST, HttpMethod.PUT)
        .add(this::serve, "/{index}/_bulk", HttpMethod.POST, HttpMethod.PUT);
  }

  private HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    Principal caller = callers.apply(context).require(Role.INGEST);
    return bodies.read(context, request, body -> bulk(context, request, caller, body));
  }

  private HttpResponse bulk(
      ServiceRequestContext context, HttpRequest request, Principal caller, Body body) {
    long startNanos = System.nanoTime();
    meters.receivedBytes(DOOR, body.wireBytes());
    body.permit().grow(body.length()); // the batch made of it
    String index = Optional.ofNullable(context.pathParam("index")).orElse("");
    List<BulkItem> items =
        body.slots().run(() -> new BulkParser(body.bytes(), body.length(), index).parse());
    body.permit().grow((long) items.size() * ITEM_BYTES);
    Optional<IdempotencyKey> key =
        Optional.ofNullable(request.headers().get("idempotency-key"))
            .map(
                name ->
                    IdempotencyKey.of(
                        caller.tenant(), DOOR, name, index, body.bytes(), body.length()));
    LogAssembler assembler = normaliser.assembler(caller.tenant(), DOOR, body.length());
    var wanted =
        new BulkRun.Request(caller.tenant(), DOOR, body.bytes(), body.wireBytes(), items, key);
    new BulkRun(store, meters, assembler, body.slots(), wanted).run();
    return answer(context, items, (System.nanoTime() - startNanos) / 1_000_000);
  }

  private static HttpResponse answer(
      ServiceRequestContext context, List<BulkItem> items, long tookMillis) {
    return ElasticAnswer.json(
        context,
        200,
        items.size() * ANSWER_BYTES,
        out -> {
          out.writeStartObject();
          out.writeNumberField("took", tookMillis);
          out.writeBooleanField("errors", items.stream().anyMatch(BulkItem::isError));
          out.writeArrayFieldStart("items");
          for (BulkItem item : items) {
            item.write(out);
          }
          out.writeEndArray();
          out.writeEndObject();
        });
  }
}
