package dev.headroom.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.RequestHeaders;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds an API key in each place that a sender's protocol may put it. */
final class Credentials {
  private static final List<String> KEY_HEADERS = List.of("x-api-key", "dd-api-key");
  private static final List<String> KEY_PARAMETERS = List.of("api_key", "token", "p");

  static Optional<String> find(RequestHeaders headers, QueryParams query) {
    String authorization = headers.get(HttpHeaderNames.AUTHORIZATION, "");
    if (!authorization.isEmpty()) {
      return fromAuthorization(authorization);
    }
    for (String name : KEY_HEADERS) {
      String key = headers.get(name, "");
      if (!key.isEmpty()) {
        return Optional.of(key);
      }
    }
    for (String name : KEY_PARAMETERS) {
      String key = query.get(name, "");
      if (key.startsWith("hr_")) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> fromAuthorization(String value) {
    int space = value.indexOf(' ');
    if (space < 0) {
      return Optional.empty();
    }
    String token = value.substring(space + 1).strip();
    return switch (value.substring(0, space).toLowerCase(Locale.ROOT)) {
      case "bearer", "token", "splunk" -> Optional.of(token);
      case "apikey" -> token.startsWith("hr_") ? Optional.of(token) : secondOfPair(token);
      case "basic" -> secondOfPair(token);
      default -> Optional.empty();
    };
  }

  /** The part behind the colon of base64({@code id:key}). */
  private static Optional<String> secondOfPair(String base64) {
    try {
      String pair = new String(Base64.getDecoder().decode(base64), UTF_8);
      return Optional.of(pair.substring(pair.indexOf(':') + 1));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private Credentials() {}
}
