package dev.headroom.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** One who speaks HTTP to a server, with or without an API key. Safe for any thread. */
record Api(HttpClient http, URI server, Optional<String> key) {
  static final String NDJSON = "application/x-ndjson";
  static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration ANSWER = Duration.ofSeconds(60);

  /** What came back. */
  record Answer(int status, byte[] body, String retryAfter) {
    String text() {
      return new String(body, UTF_8);
    }

    JsonNode json() {
      try {
        return JSON.readTree(text());
      } catch (JsonProcessingException e) {
        throw new AssertionError("no JSON: " + text(), e);
      }
    }

    /** This answer, which must be of that status. */
    Answer expect(int wanted) {
      if (status != wanted) {
        throw new AssertionError("expected " + wanted + ", got " + this);
      }
      return this;
    }

    @Override
    public String toString() {
      return status + " " + text();
    }
  }

  static Api of(HttpClient http, URI server) {
    return new Api(http, server, Optional.empty());
  }

  Api as(String apiKey) {
    return new Api(http, server, Optional.of(apiKey));
  }

  static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  Answer get(String pathAndQuery) {
    return ask("GET", pathAndQuery, "", new byte[0], Map.of());
  }

  Answer post(String pathAndQuery, String type, String body) {
    return ask("POST", pathAndQuery, type, body.getBytes(UTF_8), Map.of());
  }

  /** Sends a request; an exception of the connection is an {@link AssertionError}. */
  Answer ask(
      String method, String pathAndQuery, String type, byte[] body, Map<String, String> headers) {
    try {
      return send(method, pathAndQuery, type, body, headers);
    } catch (IOException e) {
      throw new AssertionError(method + " " + pathAndQuery + ": " + e, e);
    }
  }

  Answer send(
      String method, String pathAndQuery, String type, byte[] body, Map<String, String> headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(pathAndQuery))
            .timeout(ANSWER)
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (!type.isEmpty()) {
      request.header("content-type", type);
    }
    headers.forEach(request::header);
    key.ifPresent(secret -> request.header("authorization", "Bearer " + secret));
    try {
      HttpResponse<byte[]> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(
          answer.statusCode(),
          answer.body(),
          answer.headers().firstValue("retry-after").orElse(""));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
