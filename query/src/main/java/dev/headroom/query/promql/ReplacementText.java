package dev.headroom.query.promql;

import com.google.re2j.Matcher;

/**
 * Go's templates: {@code $1} and {@code ${name}} stand for groups, {@code $$} for a dollar. An
 * unbraced name is as long as it can be; a group that is not there is empty.
 */
final class ReplacementText {
  static String expand(String template, Matcher matcher) {
    var out = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      int dollar = template.indexOf('$', at);
      if (dollar < 0) {
        break;
      }
      out.append(template, at, dollar);
      at = dollar + 1;
      if (template.startsWith("$", at)) {
        out.append('$');
        at++;
        continue;
      }
      boolean braced = template.startsWith("{", at);
      int start = braced ? at + 1 : at;
      int end = nameEnd(template, start);
      if (end == start || braced && !template.startsWith("}", end)) {
        out.append('$');
        continue;
      }
      out.append(group(matcher, template.substring(start, end)));
      at = braced ? end + 1 : end;
    }
    return out.append(template, at, template.length()).toString();
  }

  private static int nameEnd(String template, int start) {
    int end = start;
    while (end < template.length()
        && (Character.isLetterOrDigit(template.charAt(end)) || template.charAt(end) == '_')) {
      end++;
    }
    return end;
  }

  private static String group(Matcher matcher, String name) {
    String found = "";
    if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      boolean exists = name.length() < 5 && Integer.parseInt(name) <= matcher.groupCount();
      found = exists ? matcher.group(Integer.parseInt(name)) : "";
    } else if (matcher.pattern().namedGroups().containsKey(name)) {
      found = matcher.group(name);
    }
    return found == null ? "" : found;
  }

  private ReplacementText() {}
}
