package dev.headroom.ingest.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;

/**
 * What Elasticsearch's clients ask before they send anything: who is there, and whether their
 * templates, policies and pipelines are. Those are acknowledged and not kept, since records need
 * none of them; asked for, they are not there, and the client puts them again.
 */
public final class ElasticStartupService {
  private static final String NAME = "headroom";
  private static final String LICENSE_UID = "00000000-0000-0000-0000-000000000000";

  /** The year 2200: clients warn when it is near. */
  private static final long LICENSE_EXPIRY_MILLIS = 7_258_118_400_000L;

  private final String version;

  /**
   * @param version answered as {@code version.number}; Beats refuse one older than their own
   */
  public ElasticStartupService(String version) {
    this.version = version;
  }

  public static final String DEFAULT_VERSION = "8.19.0";

  public void mount(ServerBuilder builder) {
    Mounts mounts = new Mounts(builder);
    get(mounts, this::root, "/");
    get(mounts, ElasticStartupService::license, "/_license");
    get(mounts, ElasticStartupService::xpack, "/_xpack");
    get(mounts, this::nodes, "/_nodes/http", "/_nodes/_all/http");
    get(mounts, ElasticStartupService::settings, "/_cluster/settings");
    mounts.add(ElasticStartupService::settings, "/_cluster/settings", HttpMethod.PUT);
    get(mounts, (c, _) -> emptyObject(c), "/_logstash/{rest}", "/_logstash/{kind}/{rest}");
    unkept(mounts, "/_ilm/policy/{name}", "/_index_template/{name}", "/_template/{name}");
    unkept(mounts, "/_component_template/{name}", "/_ingest/pipeline/{name}");
    unkept(mounts, "/_data_stream/{name}", "/_alias/{name}", "/{index}/_alias/{name}");
    unkept(mounts, "/{index}/_aliases/{name}");
    get(mounts, (c, _) -> emptyObject(c), "/_ilm/policy", "/_template", "/_ingest/pipeline");
    get(mounts, (c, _) -> emptyObject(c), "/_alias", "/_aliases");
    get(mounts, (c, _) -> list(c, "index_templates"), "/_index_template");
    get(mounts, (c, _) -> list(c, "component_templates"), "/_component_template");
    get(mounts, (c, _) -> list(c, "data_streams"), "/_data_stream");
    mounts.add((c, _) -> ElasticAnswer.acknowledged(c), "/_aliases", HttpMethod.POST);
  }

  private void get(Mounts mounts, HttpService service, String... paths) {
    for (String path : paths) {
      mounts.add(service, path, HttpMethod.GET, HttpMethod.HEAD);
    }
  }

  /** A thing that is acknowledged when it is put and not there when it is asked for. */
  private void unkept(Mounts mounts, String... paths) {
    for (String path : paths) {
      get(mounts, (context, _) -> notThere(context), path);
      mounts.add(
          (context, _) -> ElasticAnswer.acknowledged(context),
          path,
          HttpMethod.PUT,
          HttpMethod.POST,
          HttpMethod.DELETE);
    }
  }

  private static HttpResponse emptyObject(ServiceRequestContext context) {
    return ElasticAnswer.json(
        context,
        200,
        out -> {
          out.writeStartObject();
          out.writeEndObject();
        });
  }

  private static HttpResponse list(ServiceRequestContext context, String name) {
    return ElasticAnswer.json(
        context,
        200,
        out -> {
          out.writeStartObject();
          out.writeArrayFieldStart(name);
          out.writeEndArray();
          out.writeEndObject();
        });
  }

  private static HttpResponse notThere(ServiceRequestContext context) {
    return ElasticAnswer.error(
        context, 404, "resource_not_found_exception", "not kept here: " + context.path());
  }

  private HttpResponse root(ServiceRequestContext context, HttpRequest request) {
    return ElasticAnswer.json(
        context,
        200,
        out -> {
          out.writeStartObject();
          out.writeStringField("name", NAME);
          out.writeStringField("cluster_name", NAME);
          out.writeStringField("cluster_uuid", "headroom-single-process");
          out.writeObjectFieldStart("version");
          // opensearch-java wants a distribution; Elasticsearch's clients go by header and tagline.
          out.writeStringField("distribution", "opensearch");
          out.writeStringField("number", version);
          out.writeStringField("build_flavor", "default");
          out.writeStringField("build_type", "tar");
          out.writeStringField("build_hash", "unknown");
          out.writeStringField("build_date", "2025-01-01T00:00:00.000000000Z");
          out.writeBooleanField("build_snapshot", false);
          out.writeStringField("lucene_version", "10.5.1");
          out.writeStringField("minimum_wire_compatibility_version", "7.17.0");
          out.writeStringField("minimum_index_compatibility_version", "7.0.0");
          out.writeEndObject();
          out.writeStringField("tagline", "You Know, for Search");
          out.writeEndObject();
        });
  }

  private static HttpResponse license(ServiceRequestContext context, HttpRequest request) {
    return ElasticAnswer.json(
        context,
        200,
        out -> {
          out.writeStartObject();
          out.writeObjectFieldStart("license");
          writeLicense(out);
          out.writeNumberField("max_nodes", 1);
          out.writeStringField("issued_to", NAME);
          out.writeStringField("issuer", NAME);
          out.writeNumberField("start_date_in_millis", -1);
          out.writeEndObject();
          out.writeEndObject();
        });
  }

  private static void writeLicense(com.fasterxml.jackson.core.JsonGenerator out)
      throws java.io.IOException {
    out.writeStringField("status", "active");
    out.writeStringField("uid", LICENSE_UID);
    out.writeStringField("type", "basic");
    out.writeStringField("mode", "basic");
    out.writeNumberField("expiry_date_in_millis", LICENSE_EXPIRY_MILLIS);
  }

  private static HttpResponse xpack(ServiceRequestContext context, HttpRequest request) {
    return ElasticAnswer.json(
        context,
        200,
        out -> {
          out.writeStartObject();
          out.writeObjectFieldStart("license");
          writeLicense(out);
          out.writeEndObject();
          out.writeObjectFieldStart("features");
          for (String feature : new String[] {"ilm", "ml", "monitoring", "security"}) {
            out.writeObjectFieldStart(feature);
            out.writeBooleanField("available", false);
            out.writeBooleanField("enabled", false);
            out.writeEndObject();
          }
          out.writeEndObject();
          out.writeStringField("tagline", "You know, for X");
          out.writeEndObject();
        });
  }

  private static HttpResponse settings(ServiceRequestContext context, HttpRequest request) {
    return ElasticAnswer.json(
        context,
        200,
        out -> {
          out.writeStartObject();
          if (context.method() == HttpMethod.PUT) {
            out.writeBooleanField("acknowledged", true);
          }
          for (String name : new String[] {"persistent", "transient"}) {
            out.writeObjectFieldStart(name);
            out.writeEndObject();
          }
          out.writeEndObject();
        });
  }

  /** For clients that look for further nodes: the one there is, at the address they used. */
  private HttpResponse nodes(ServiceRequestContext context, HttpRequest request) {
    String address = publishedAddress(context, request);
    return ElasticAnswer.json(
        context,
        200,
        out -> {
          out.writeStartObject();
          out.writeObjectFieldStart("_nodes");
          out.writeNumberField("total", 1);
          out.writeNumberField("successful", 1);
          out.writeNumberField("failed", 0);
          out.writeEndObject();
          out.writeStringField("cluster_name", NAME);
          out.writeObjectFieldStart("nodes");
          out.writeObjectFieldStart(NAME);
          out.writeStringField("name", NAME);
          out.writeStringField("version", version);
          out.writeStringField("build_flavor", "default");
          out.writeArrayFieldStart("roles");
          for (String role : new String[] {"data", "ingest", "master"}) {
            out.writeString(role);
          }
          out.writeEndArray();
          out.writeObjectFieldStart("http");
          out.writeArrayFieldStart("bound_address");
          out.writeString(address);
          out.writeEndArray();
          out.writeStringField("publish_address", address);
          out.writeNumberField("max_content_length_in_bytes", BodyLimits.DEFAULT.decodedBytes());
          out.writeEndObject();
          out.writeEndObject();
          out.writeEndObject();
          out.writeEndObject();
        });
  }

  private static String publishedAddress(ServiceRequestContext context, HttpRequest request) {
    String authority = request.authority();
    if (authority == null || authority.isEmpty()) {
      authority = context.localAddress().getAddress().getHostAddress();
    }
    boolean hasPort = authority.lastIndexOf(':') > authority.lastIndexOf(']');
    return hasPort ? authority : authority + ':' + context.localAddress().getPort();
  }
}
