package dev.headroom.ingest.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.ingest.admission.IngestMeters;
import dev.headroom.ingest.decode.RemoteWriteDecoder;
import dev.headroom.ingest.http.BodyReader.Body;
import dev.headroom.storage.metrics.MetricAppendResult;
import dev.headroom.storage.metrics.MetricStore;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Prometheus remote write 1.0. All taken: 204. Some samples wrong: the others are stored, and 400
 * tells why (the sender drops the batch on any 4xx). Cannot write now: 503, and the sender tries
 * again; never 429, on which older senders drop.
 */
public final class RemoteWriteService {
  static final String DOOR = "remote_write";
  private static final String VERSION_2 = "io.prometheus.write.v2.Request";

  /** Memory a decoded sample takes, its share of labels included. */
  private static final int SAMPLE_BYTES = 40;

  private final MetricStore store;
  private final IngestMeters meters;
  private final InstantSource clock;
  private final BodyReader bodies;
  private final Function<ServiceRequestContext, Principal> callers;

  public RemoteWriteService(
      MetricStore store,
      IngestMeters meters,
      InstantSource clock,
      BodyReader bodies,
      Function<ServiceRequestContext, Principal> callers) {
    this.store = store;
    this.meters = meters;
    this.clock = clock;
    this.bodies = bodies;
    this.callers = callers;
  }

  public void mount(ServerBuilder builder) {
    Mounts mounts = new Mounts(builder);
    for (String path : new String[] {"/api/v1/write", "/api/v1/push"}) {
      mounts
          .add(this::serve, path, HttpMethod.POST)
          .add(this::probe, path, HttpMethod.GET, HttpMethod.HEAD);
    }
  }

  /** Vector asks whether the path is there before it writes. */
  private HttpResponse probe(ServiceRequestContext context, HttpRequest request) {
    return HttpResponse.of(HttpStatus.OK);
  }

  private HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    Principal caller = callers.apply(context).require(Role.INGEST);
    String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    if (type.contains(VERSION_2)) {
      throw new HeadroomException(
          ErrorCategory.UNSUPPORTED_MEDIA,
          "remote write 2.0 is not supported; send prometheus.WriteRequest (1.0)");
    }
    String encoding =
        request.headers().get(HttpHeaderNames.CONTENT_ENCODING, "").toLowerCase(Locale.ROOT);
    return bodies.read(context, request, wire -> encoding(encoding, wire), b -> take(caller, b));
  }

  /** A snappy block, which has no magic, unless the header or zstd's magic says otherwise. */
  private static BodyEncoding encoding(String header, BodyBuffer wire) {
    if (wire.length() == 0 || header.equals("identity")) {
      return BodyEncoding.PLAIN;
    }
    BodyEncoding byMagic = BodyEncoding.of(wire.array(), wire.length());
    boolean trusted =
        switch (byMagic) {
          case ZSTD, SNAPPY_FRAMED -> true;
          case GZIP, ZLIB -> header.contains("gzip") || header.contains("deflate");
          case PLAIN, SNAPPY_BLOCK -> false;
        };
    return trusted ? byMagic : BodyEncoding.SNAPPY_BLOCK;
  }

  private HttpResponse take(Principal caller, Body body) {
    meters.receivedBytes(DOOR, body.wireBytes());
    body.permit().grow(2L * body.length()); // labels as text
    var builder = new SampleBatch.Builder(caller.tenant(), DOOR, TimeRange.nanos(clock.instant()));
    var decoder = new RemoteWriteDecoder(builder);
    body.slots()
        .run(
            () -> {
              decoder.decode(body.bytes(), body.length());
              return decoder;
            });
    body.permit().grow((long) builder.size() * SAMPLE_BYTES);
    meters.received(DOOR, decoder.received());
    decoder.rejected().forEach((reason, count) -> meters.rejected(DOOR, reason, count));
    Map<String, Long> rejected = new TreeMap<>(decoder.rejected());
    rejected.remove("exemplar_not_kept");
    rejected.remove("histogram_not_kept");
    String first = decoder.firstProblem();
    long stored = 0;
    if (builder.size() > 0) {
      MetricAppendResult result = append(builder.build(body.wireBytes()));
      stored = result.accepted();
      Map<String, Long> refused = reasons(result);
      refused.forEach((reason, count) -> meters.rejected(DOOR, reason, count));
      refused.forEach((reason, count) -> rejected.merge(reason, count, Long::sum));
      if (first.isEmpty() && !result.rejected().isEmpty()) {
        first = result.rejected().getFirst().message();
      }
    }
    return answer(stored, rejected, first);
  }

  private MetricAppendResult append(SampleBatch batch) {
    String failure = "internal";
    try {
      MetricAppendResult result = store.append(batch);
      failure = "";
      meters.stored(DOOR, result.accepted());
      return result;
    } catch (HeadroomException e) {
      failure = e.category().name().toLowerCase(Locale.ROOT);
      throw e;
    } finally {
      meters.dropped(DOOR, failure, failure.isEmpty() ? 0 : batch.size());
    }
  }

  /** Rejections by reason; those that the store did not list count as {@code other}. */
  private static Map<String, Long> reasons(MetricAppendResult result) {
    Map<String, Long> counts = new TreeMap<>();
    for (MetricAppendResult.Rejection rejection : result.rejected()) {
      counts.merge(rejection.reason(), 1L, Long::sum);
    }
    long unlisted = result.rejectedCount() - result.rejected().size();
    if (unlisted > 0) {
      counts.put("other", unlisted);
    }
    return counts;
  }

  private static HttpResponse answer(long stored, Map<String, Long> rejected, String first) {
    if (rejected.isEmpty()) {
      return HttpResponse.of(HttpStatus.NO_CONTENT);
    }
    long count = rejected.values().stream().mapToLong(Long::longValue).sum();
    String text =
        count + " samples rejected " + rejected + ", " + stored + " stored; the first: " + first;
    return HttpResponse.of(HttpStatus.BAD_REQUEST, MediaType.PLAIN_TEXT_UTF_8, text + "\n");
  }
}
