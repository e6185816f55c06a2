package dev.headroom.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.query.lang.Json;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Asks a Headroom server over HTTP. */
final class ApiClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofMinutes(2);

  private final URI server;
  private final Optional<String> key;
  private final Optional<String> tenant;
  private final HttpClient http;

  ApiClient(URI server, Optional<String> key, Optional<String> tenant, Optional<Path> ca) {
    this.server = server;
    this.key = key;
    this.tenant = tenant;
    HttpClient.Builder builder =
        HttpClient.newBuilder().connectTimeout(CONNECT).version(HttpClient.Version.HTTP_1_1);
    ca.ifPresent(file -> builder.sslContext(trusting(file)));
    this.http = builder.build();
  }

  private static SSLContext trusting(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + number++, certificate);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw HeadroomException.invalid("cannot use --ca " + file + ": " + e.getMessage());
    }
  }

  URI uri(String path, Map<String, String> query) {
    String text =
        query.entrySet().stream()
            .map(e -> encode(e.getKey()) + "=" + encode(e.getValue()))
            .collect(Collectors.joining("&"));
    return server.resolve(text.isEmpty() ? path : path + "?" + text);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  /**
   * The body of a 200 answer.
   *
   * @throws HeadroomException with the server's own words when it refuses, or what to do when it
   *     cannot be reached
   */
  byte[] get(String path, Map<String, String> query) {
    return send(HttpRequest.newBuilder(uri(path, query)));
  }

  /** The same of a request that changes something, without a body. */
  byte[] post(String path) {
    return send(
        HttpRequest.newBuilder(uri(path, Map.of())).POST(HttpRequest.BodyPublishers.noBody()));
  }

  private byte[] send(HttpRequest.Builder request) {
    request.timeout(ANSWER);
    key.ifPresent(k -> request.header("authorization", "Bearer " + k));
    tenant.ifPresent(t -> request.header("x-scope-orgid", t));
    try {
      HttpResponse<byte[]> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw refused(answer);
      }
      return answer.body();
    } catch (ConnectException _) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE,
          "no server at "
              + server
              + "; start one with 'headroom serve', or name another with --server");
    } catch (IOException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "cannot ask " + server + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HeadroomException(ErrorCategory.UNAVAILABLE, "interrupted", e);
    }
  }

  private static HeadroomException refused(HttpResponse<byte[]> answer) {
    String detail = new String(answer.body(), UTF_8);
    try {
      Json body = Json.read(answer.body(), 0, answer.body().length);
      if (body instanceof Json.Members members
          && members.fields().get("detail") instanceof Json.Scalar text) {
        detail = text.text();
      }
    } catch (HeadroomException _) {
      // no JSON: the body as it is
    }
    return new HeadroomException(
        ErrorCategory.INVALID, "the server answered " + answer.statusCode() + ": " + detail);
  }

  @Override
  public void close() {
    http.close();
  }
}
