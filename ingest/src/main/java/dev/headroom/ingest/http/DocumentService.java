package dev.headroom.ingest.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.ingest.admission.IdempotencyKey;
import dev.headroom.ingest.admission.IngestMeters;
import dev.headroom.ingest.http.BodyReader.Body;
import dev.headroom.ingest.http.BulkItem.Action;
import dev.headroom.ingest.http.BulkItem.Op;
import dev.headroom.ingest.normalise.LogAssembler;
import dev.headroom.ingest.normalise.Normaliser;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Elasticsearch's calls for one document, and {@code _refresh}, which has nothing to do here. */
public final class DocumentService {
  private static final String DOOR = "document";

  private final LogStore store;
  private final Normaliser normaliser;
  private final IngestMeters meters;
  private final BodyReader bodies;
  private final Function<ServiceRequestContext, Principal> callers;

  public DocumentService(
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
        .add((c, r) -> write(c, r, Op.INDEX), "/{index}/_doc", HttpMethod.POST, HttpMethod.PUT)
        .add((c, r) -> write(c, r, Op.INDEX), "/{index}/_doc/{id}", HttpMethod.POST, HttpMethod.PUT)
        .add(
            (c, r) -> write(c, r, Op.CREATE),
            "/{index}/_create/{id}",
            HttpMethod.POST,
            HttpMethod.PUT)
        .add((c, r) -> write(c, r, Op.UPDATE), "/{index}/_update/{id}", HttpMethod.POST)
        .add((c, r) -> write(c, r, Op.DELETE), "/{index}/_doc/{id}", HttpMethod.DELETE)
        .add(this::get, "/{index}/_doc/{id}", HttpMethod.GET, HttpMethod.HEAD)
        .add(this::refresh, "/_refresh", HttpMethod.POST, HttpMethod.GET)
        .add(this::refresh, "/{index}/_refresh", HttpMethod.POST, HttpMethod.GET);
  }

  private static String parameter(ServiceRequestContext context, String name) {
    return Optional.ofNullable(context.pathParam(name)).orElse("");
  }

  private HttpResponse write(ServiceRequestContext context, HttpRequest request, Op op) {
    Principal caller = callers.apply(context).require(Role.INGEST);
    return bodies.read(context, request, body -> write(context, request, caller, op, body));
  }

  private HttpResponse write(
      ServiceRequestContext context, HttpRequest request, Principal caller, Op op, Body body) {
    meters.receivedBytes(DOOR, body.wireBytes());
    body.permit().grow(body.length());
    BulkItem item = item(context, op, body);
    Optional<IdempotencyKey> key =
        Optional.ofNullable(request.headers().get("idempotency-key"))
            .map(
                name ->
                    IdempotencyKey.of(
                        caller.tenant(),
                        DOOR,
                        name,
                        op + "\0" + context.path(),
                        body.bytes(),
                        body.length()));
    LogAssembler assembler = normaliser.assembler(caller.tenant(), DOOR);
    var wanted =
        new BulkRun.Request(
            caller.tenant(), DOOR, body.bytes(), body.wireBytes(), List.of(item), key);
    new BulkRun(store, meters, assembler, body.slots(), wanted).run();
    return item.isError()
        ? ElasticAnswer.error(context, item.status(), item.errorType(), item.errorReason())
        : ElasticAnswer.json(context, item.status(), item::writeDocument);
  }

  private static BulkItem item(ServiceRequestContext context, Op op, Body body) {
    if (op.hasSource() && body.length() == 0) {
      throw HeadroomException.invalid("request body is required");
    }
    boolean create = op == Op.INDEX && "create".equals(context.queryParam("op_type"));
    var action =
        new Action(
            create ? Op.CREATE : op,
            parameter(context, "index"),
            parameter(context, "id"),
            ifSeqNo(context),
            BulkParser.DEFAULT_RETRIES);
    int start = 0;
    int end = op.hasSource() ? body.length() : 0;
    while (start < end && body.bytes()[start] <= ' ' && body.bytes()[start] >= 0) {
      start++;
    }
    while (start < end && body.bytes()[end - 1] <= ' ' && body.bytes()[end - 1] >= 0) {
      end--;
    }
    var item = new BulkItem(action, 0, start, end - start);
    BulkParser.check(item, dev.headroom.ingest.normalise.IndexName.problem(action.index()));
    return item;
  }

  private static long ifSeqNo(ServiceRequestContext context) {
    String text = context.queryParam("if_seq_no");
    if (text == null) {
      return -1;
    }
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new HeadroomException(
          dev.headroom.storage.model.ErrorCategory.INVALID, "if_seq_no must be a number", e);
    }
  }

  private HttpResponse get(ServiceRequestContext context, HttpRequest request) {
    Principal caller = callers.apply(context).require(Role.READ);
    return HttpResponse.of(
        CompletableFuture.supplyAsync(() -> get(context, caller), context.blockingTaskExecutor()));
  }

  private HttpResponse get(ServiceRequestContext context, Principal caller) {
    String index = parameter(context, "index");
    String id = parameter(context, "id");
    Optional<LogHit> found = store.get(caller.tenant(), index, id);
    return ElasticAnswer.json(
        context,
        found.isPresent() ? 200 : 404,
        out -> {
          out.writeStartObject();
          out.writeStringField("_index", index);
          out.writeStringField("_id", id);
          if (found.isPresent()) {
            LogHit hit = found.get();
            out.writeNumberField("_version", hit.version());
            out.writeNumberField("_seq_no", hit.position());
            out.writeNumberField("_primary_term", 1);
            out.writeBooleanField("found", true);
            out.writeFieldName("_source");
            out.writeRawValue(hit.sourceText());
          } else {
            out.writeBooleanField("found", false);
          }
          out.writeEndObject();
        });
  }

  private HttpResponse refresh(ServiceRequestContext context, HttpRequest request) {
    callers.apply(context).require(Role.INGEST);
    return ElasticAnswer.json(
        context,
        200,
        out -> {
          out.writeStartObject();
          ElasticAnswer.writeShards(out);
          out.writeEndObject();
        });
  }
}
