package dev.headroom.query.http;

import dev.headroom.query.http.OpenScrolls.Scroll;
import dev.headroom.query.http.SearchService.Answer;
import dev.headroom.query.http.SearchService.Call;
import dev.headroom.query.lang.Intervals;
import dev.headroom.query.lang.Json;
import dev.headroom.query.lang.SearchRequest;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.model.HeadroomException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Searches that go on from page to page. Records that come meanwhile are found if their place is
 * behind that of the last page; nothing is held back for a scroll or a point in time.
 */
final class ElasticScrolls {
  private static final String PIT = "pit1:";

  private final ElasticSearches searches;
  private final OpenScrolls open;

  ElasticScrolls(ElasticSearches searches, OpenScrolls open) {
    this.searches = searches;
    this.open = open;
  }

  private static ElasticException invalid(String reason) {
    return new ElasticException(400, "illegal_argument_exception", reason, null);
  }

  private static Duration kept(String text) {
    Duration kept;
    try {
      kept = Duration.ofNanos(Intervals.nanos(text));
    } catch (HeadroomException e) {
      throw invalid("failed to parse setting [scroll] with value [" + text + "] as a time value");
    }
    if (kept.compareTo(OpenScrolls.MAX_KEPT) > 0) {
      throw invalid(
          "Keep alive for request (" + text + ") is too large. It must be less than (1d)");
    }
    return kept;
  }

  /** The first page of a scroll. */
  Answer start(Call call, String keepAlive) {
    long startedAt = System.nanoTime();
    Duration kept = kept(keepAlive);
    SearchRequest request = searches.parse(call);
    if (request.size() == 0) {
      throw invalid("[size] cannot be [0] in a scroll context");
    }
    if (request.from() > 0 || request.after().isPresent() || request.pit().isPresent()) {
      throw invalid("using [from], [search_after] or [pit] is not allowed in a scroll context");
    }
    LogAnswer found = searches.find(call, request, request.size(), true);
    String id =
        open.open(
            new Scroll(
                call.tenant(),
                call.indices(),
                next(request, found),
                found.totalHits(),
                found.totalIsExact(),
                open.closesAfter(kept)));
    return searches.answer(call, request, found, Map.of("_scroll_id", id), startedAt);
  }

  private static SearchRequest next(SearchRequest request, LogAnswer found) {
    List<LogHit> hits = found.hits();
    Optional<LogCursor> last =
        hits.isEmpty() ? request.after() : Optional.of(hits.getLast().sort());
    return request.behind(last);
  }

  /** A further page. */
  Answer page(Call call) {
    long startedAt = System.nanoTime();
    Map<String, Json> body = members(call);
    String id = text(call, body, "scroll_id").orElseThrow(() -> invalid("scrollId is missing"));
    Scroll scroll = open.get(call.tenant(), id);
    SearchRequest request = scroll.request();
    LogAnswer found =
        searches.find(call.of(scroll.indices(), call.body()), request, request.size(), false);
    Optional<Duration> kept = text(call, body, "scroll").map(ElasticScrolls::kept);
    open.goOn(
        id,
        new Scroll(
            scroll.tenant(),
            scroll.indices(),
            next(request, found),
            scroll.total(),
            scroll.totalIsExact(),
            kept.map(open::closesAfter).orElse(scroll.closesAt())));
    var whole =
        new LogAnswer(
            found.hits(), scroll.total(), scroll.totalIsExact(), List.of(), found.partialReasons());
    return searches.answer(call, request, whole, Map.of("_scroll_id", id), startedAt);
  }

  Answer close(Call call) {
    List<String> ids = ids(call);
    int freed =
        ids.equals(List.of("_all")) ? open.closeAll(call.tenant()) : open.close(call.tenant(), ids);
    return freed(freed);
  }

  private static Answer freed(int freed) {
    byte[] body =
        JsonAnswer.object(
            out -> {
              out.writeBooleanField("succeeded", true);
              out.writeNumberField("num_freed", freed);
            });
    return new Answer(body, false, freed > 0 ? 200 : 404);
  }

  private static List<String> ids(Call call) {
    String inUrl = call.parameters().get("scroll_id");
    if (inUrl != null) {
      return List.of(inUrl.split(",", -1));
    }
    return switch (members(call).get("scroll_id")) {
      case null -> throw invalid("no scroll ids specified");
      case Json.Scalar scalar -> List.of(scalar.text());
      case Json.Items items -> {
        var ids = new ArrayList<String>();
        for (Json item : items.values()) {
          if (item instanceof Json.Scalar scalar) {
            ids.add(scalar.text());
          }
        }
        yield ids;
      }
      case Json.Members _ -> throw invalid("[scroll_id] expected ids, found an object");
    };
  }

  /** A point in time is a name for its indices: what they hold is read when it is asked for. */
  Answer openPoint(Call call) {
    String kept = call.parameters().get("keep_alive");
    if (kept == null) {
      throw invalid("[keep_alive] is missing");
    }
    var unused = kept(kept);
    searches.check(call);
    byte[] name = (PIT + call.indices().expression()).getBytes(StandardCharsets.UTF_8);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(name);
    return Answer.json(
        JsonAnswer.object(
            out -> {
              out.writeStringField("id", id);
              SearchAnswer.shards(out, List.of());
            }));
  }

  Answer closePoint(Call call) {
    Json id = members(call).get("id");
    if (!(id instanceof Json.Scalar scalar)) {
      throw invalid("[id] is missing");
    }
    var unused = indices(scalar.text());
    return freed(1);
  }

  /** The indices that a point in time was opened for. */
  static IndexNames indices(String pit) {
    try {
      String name = new String(Base64.getUrlDecoder().decode(pit), StandardCharsets.UTF_8);
      if (name.startsWith(PIT)) {
        return IndexNames.of(name.substring(PIT.length()));
      }
    } catch (IllegalArgumentException _) {
      // said below
    }
    throw invalid("invalid id: [" + pit + "] is no point in time");
  }

  private static Map<String, Json> members(Call call) {
    if (call.body().length == 0) {
      return Map.of();
    }
    try {
      return Json.read(call.body(), 0, call.body().length) instanceof Json.Members members
          ? members.fields()
          : Map.of();
    } catch (HeadroomException e) {
      throw ElasticException.unreadable(e);
    }
  }

  private static Optional<String> text(Call call, Map<String, Json> body, String name) {
    String inUrl = call.parameters().get(name);
    return inUrl != null
        ? Optional.of(inUrl)
        : body.get(name) instanceof Json.Scalar scalar
            ? Optional.of(scalar.text())
            : Optional.empty();
  }
}
