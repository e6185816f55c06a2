package dev.headroom.ingest.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.ingest.normalise.IndexName;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the cluster is well and whether an index is there. An index comes to be with its first
 * record, so creating one only checks the name; records leave by retention, so there is no deleting
 * one that holds some.
 */
public final class ElasticIndexService {
  private static final String NAME = "headroom";
  private static final Pattern NODES =
      Pattern.compile("(>=|<=|>|<|ge\\(|le\\(|gt\\(|lt\\()?(\\d{1,9})\\)?");

  private final LogStore store;
  private final BooleanSupplier isWritable;
  private final InstantSource clock;
  private final Function<ServiceRequestContext, Principal> callers;

  /**
   * @param isWritable whether records can be stored: else the cluster's status is red
   */
  public ElasticIndexService(
      LogStore store,
      BooleanSupplier isWritable,
      InstantSource clock,
      Function<ServiceRequestContext, Principal> callers) {
    this.store = store;
    this.isWritable = isWritable;
    this.clock = clock;
    this.callers = callers;
  }

  public void mount(ServerBuilder builder) {
    new Mounts(builder)
        .add(this::health, "/_cluster/health", HttpMethod.GET, HttpMethod.HEAD)
        .add(this::health, "/_cluster/health/{index}", HttpMethod.GET, HttpMethod.HEAD)
        .add(this::catHealth, "/_cat/health", HttpMethod.GET, HttpMethod.HEAD)
        .add(this::create, "/{index}", HttpMethod.PUT)
        .add(this::exists, "/{index}", HttpMethod.HEAD)
        .add(this::delete, "/{index}", HttpMethod.DELETE);
  }

  private static String index(ServiceRequestContext context) {
    return Optional.ofNullable(context.pathParam("index")).orElse("");
  }

  private HttpResponse create(ServiceRequestContext context, HttpRequest request) {
    callers.apply(context).require(Role.INGEST);
    String index = index(context);
    Optional<String> problem = IndexName.problem(index);
    if (problem.isPresent()) {
      return ElasticAnswer.error(
          context,
          400,
          "invalid_index_name_exception",
          "Invalid index name [" + index + "], " + problem.get());
    }
    return ElasticAnswer.json(
        context,
        200,
        out -> {
          out.writeStartObject();
          out.writeBooleanField("acknowledged", true);
          out.writeBooleanField("shards_acknowledged", true);
          out.writeStringField("index", index);
          out.writeEndObject();
        });
  }

  private HttpResponse exists(ServiceRequestContext context, HttpRequest request) {
    Principal caller = callers.apply(context);
    return ifThere(
        context,
        caller,
        () ->
            ElasticAnswer.json(
                context,
                200,
                out -> {
                  out.writeStartObject();
                  out.writeEndObject();
                }));
  }

  private HttpResponse delete(ServiceRequestContext context, HttpRequest request) {
    Principal caller = callers.apply(context).require(Role.ADMIN);
    return ifThere(
        context,
        caller,
        () ->
            ElasticAnswer.error(
                context,
                400,
                "illegal_argument_exception",
                "index ["
                    + index(context)
                    + "] holds records, which are removed by retention only; shorten the age its"
                    + " stream is kept"));
  }

  private interface Answer {
    HttpResponse make();
  }

  private HttpResponse ifThere(ServiceRequestContext context, Principal caller, Answer answer) {
    return HttpResponse.of(
        CompletableFuture.supplyAsync(
            () ->
                isThere(caller.tenant(), index(context))
                    ? answer.make()
                    : ElasticAnswer.error(
                        context,
                        404,
                        "index_not_found_exception",
                        "no such index [" + index(context) + "]"),
            context.blockingTaskExecutor()));
  }

  /** Whether every part of a comma list is an index, or a pattern that one matches. */
  private boolean isThere(TenantId tenant, String list) {
    List<String> names = store.indices(tenant);
    for (String part : list.split(",", -1)) {
      boolean there =
          part.indexOf('*') < 0
              ? names.contains(part)
              : names.stream().anyMatch(name -> matches(part, name));
      if (!there) {
        return false;
      }
    }
    return true;
  }

  /** {@code *} stands for any text; linear but for the number of stars. */
  private static boolean matches(String pattern, String name) {
    String[] parts = pattern.split("\\*", -1);
    String last = parts[parts.length - 1];
    if (!name.startsWith(parts[0]) || name.length() < parts[0].length() + last.length()) {
      return false;
    }
    int at = parts[0].length();
    for (int i = 1; i < parts.length - 1; i++) {
      int found = name.indexOf(parts[i], at);
      if (found < 0) {
        return false;
      }
      at = found + parts[i].length();
    }
    return at <= name.length() - last.length() && name.endsWith(last);
  }

  private String status() {
    return isWritable.getAsBoolean() ? "green" : "red";
  }

  /** Answers at once: what is asked for is so now, or will not be within any timeout. */
  private HttpResponse health(ServiceRequestContext context, HttpRequest request) {
    String status = status();
    boolean timedOut =
        !isAtLeast(status, context.queryParam("wait_for_status"))
            || !hasNodes(context.queryParam("wait_for_nodes"));
    return ElasticAnswer.json(
        context,
        timedOut ? 408 : 200,
        out -> {
          out.writeStartObject();
          out.writeStringField("cluster_name", NAME);
          out.writeStringField("status", status);
          out.writeBooleanField("timed_out", timedOut);
          writeCounts(out);
          out.writeEndObject();
        });
  }

  private static void writeCounts(JsonGenerator out) throws IOException {
    out.writeNumberField("number_of_nodes", 1);
    out.writeNumberField("number_of_data_nodes", 1);
    out.writeBooleanField("discovered_master", true);
    out.writeBooleanField("discovered_cluster_manager", true);
    out.writeNumberField("active_primary_shards", 1);
    out.writeNumberField("active_shards", 1);
    for (String name :
        new String[] {
          "relocating_shards",
          "initializing_shards",
          "unassigned_shards",
          "delayed_unassigned_shards",
          "number_of_pending_tasks",
          "number_of_in_flight_fetch",
          "task_max_waiting_in_queue_millis"
        }) {
      out.writeNumberField(name, 0);
    }
    out.writeNumberField("active_shards_percent_as_number", 100.0);
  }

  private static boolean isAtLeast(
      String status, @org.jspecify.annotations.Nullable String wanted) {
    return wanted == null || status.equals("green") || wanted.equalsIgnoreCase("red");
  }

  private static boolean hasNodes(@org.jspecify.annotations.Nullable String wanted) {
    if (wanted == null) {
      return true;
    }
    Matcher matcher = NODES.matcher(wanted);
    if (!matcher.matches()) {
      return true;
    }
    int count = Integer.parseInt(matcher.group(2));
    return switch (Optional.ofNullable(matcher.group(1)).orElse("")) {
      case ">=", "ge(" -> 1 >= count;
      case "<=", "le(" -> 1 <= count;
      case ">", "gt(" -> 1 > count;
      case "<", "lt(" -> 1 < count;
      default -> 1 == count;
    };
  }

  private HttpResponse catHealth(ServiceRequestContext context, HttpRequest request) {
    Instant now = clock.instant();
    String time =
        DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC).format(now);
    if ("json".equals(context.queryParam("format"))) {
      return ElasticAnswer.json(
          context,
          200,
          out -> {
            out.writeStartArray();
            out.writeStartObject();
            out.writeStringField("epoch", Long.toString(now.getEpochSecond()));
            out.writeStringField("timestamp", time);
            out.writeStringField("cluster", NAME);
            out.writeStringField("status", status());
            out.writeStringField("node.total", "1");
            out.writeStringField("node.data", "1");
            out.writeEndObject();
            out.writeEndArray();
          });
    }
    return ElasticAnswer.text(
        context,
        now.getEpochSecond()
            + " "
            + time
            + " "
            + NAME
            + " "
            + status()
            + " 1 1 1 1 0 0 0 0 - 100.0%\n");
  }
}
