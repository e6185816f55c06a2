package dev.headroom.benchmarks.macro;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/**
 * Asks a server over HTTP/1.1, as nearly every sender of bulk requests and Elasticsearch itself
 * speak. Safe for any thread.
 */
final class Api {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI server;

  Api(URI server) {
    this.server = server;
  }

  String get(String path) throws IOException, InterruptedException {
    return ask("GET", path, new byte[0]);
  }

  /**
   * @param body JSON, or lines of it
   * @throws IOException when the answer is no 200
   */
  String ask(String method, String path, byte[] body) throws IOException, InterruptedException {
    String type = path.endsWith("_bulk") ? "application/x-ndjson" : "application/json";
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve(path))
            .header("content-type", type)
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(path + " answered " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  /** Waits until so many records are found; a server that has just started may refuse a while. */
  void awaitFound(long records) throws IOException, InterruptedException {
    long found = -1;
    while (found < records) {
      try {
        found = number(get("/" + Load.INDEX + "/_count"), "count");
      } catch (IOException e) {
        if (!String.valueOf(e.getMessage()).contains(" answered 503 ")) {
          throw e;
        }
      }
    }
  }

  /** The number behind a name in a JSON answer, where it first stands. */
  static long number(String json, String name) {
    int from = json.indexOf('"' + name + "\":") + name.length() + 3;
    int to = from;
    while (to < json.length() && Character.isDigit(json.charAt(to))) {
      to++;
    }
    return Long.parseLong(json.substring(from, to));
  }
}
