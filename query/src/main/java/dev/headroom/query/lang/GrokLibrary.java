package dev.headroom.query.lang;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Named patterns under the names that grok's users know. Written for RE2: no look-around and no
 * atomic groups, so where those only saved steps the text matched is the same.
 */
final class GrokLibrary {
  /** By name; a pattern may refer to others. */
  static final Map<String, String> PATTERNS = Collections.unmodifiableMap(patterns());

  private static TreeMap<String, String> patterns() {
    var patterns = new TreeMap<String, String>();
    words(patterns);
    network(patterns);
    times(patterns);
    lines(patterns);
    return patterns;
  }

  private static void words(Map<String, String> patterns) {
    patterns.put("WORD", "\\b\\w+\\b");
    patterns.put("NOTSPACE", "\\S+");
    patterns.put("SPACE", "\\s*");
    patterns.put("DATA", ".*?");
    patterns.put("GREEDYDATA", ".*");
    patterns.put("QUOTEDSTRING", "\"(?:\\\\.|[^\\\\\"])*\"|'(?:\\\\.|[^\\\\'])*'");
    patterns.put("QS", "%{QUOTEDSTRING}");
    patterns.put("INT", "[+-]?[0-9]+");
    patterns.put("POSINT", "\\b[1-9][0-9]*\\b");
    patterns.put("NONNEGINT", "\\b[0-9]+\\b");
    patterns.put("NUMBER", "[+-]?(?:[0-9]+(?:\\.[0-9]+)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
    patterns.put("BASE10NUM", "%{NUMBER}");
    patterns.put("BASE16NUM", "(?:0[xX])?[0-9A-Fa-f]+");
    patterns.put("BOOL", "(?i:true|false)");
    patterns.put("USERNAME", "[a-zA-Z0-9._-]+");
    patterns.put("USER", "%{USERNAME}");
    patterns.put("EMAILADDRESS", "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~.-]+@%{HOSTNAME}");
    patterns.put("UUID", "[A-Fa-f0-9]{8}-(?:[A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12}");
    patterns.put(
        "LOGLEVEL",
        "(?i:trace|debug|info(?:rmation)?|notice|warn(?:ing)?|err(?:or)?"
            + "|crit(?:ical)?|fatal|severe|alert|emerg(?:ency)?|panic)");
  }

  private static void network(Map<String, String> patterns) {
    String octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    patterns.put("IPV4", octet + "\\." + octet + "\\." + octet + "\\." + octet);
    String four = "[0-9A-Fa-f]{1,4}";
    patterns.put(
        "IPV6",
        "(?:(?:"
            + four
            + ":){7}"
            + four
            + "|(?:"
            + four
            + ":){1,6}:"
            + four
            + "(?::"
            + four
            + "){0,4}"
            + "|(?:"
            + four
            + ":){1,7}:"
            + "|:(?::"
            + four
            + "){1,7}"
            + "|::(?:[fF]{4}:)?%{IPV4}"
            + "|::)(?:%[0-9A-Za-z]+)?");
    patterns.put("IP", "%{IPV6}|%{IPV4}");
    patterns.put(
        "MAC",
        "(?:[A-Fa-f0-9]{2}[:-]){5}[A-Fa-f0-9]{2}|(?:[A-Fa-f0-9]{4}\\.){2}" + "[A-Fa-f0-9]{4}");
    patterns.put("HOSTNAME", "\\b[0-9A-Za-z][0-9A-Za-z-]*(?:\\.[0-9A-Za-z][0-9A-Za-z-]*)*\\.?");
    patterns.put("HOST", "%{HOSTNAME}");
    patterns.put("IPORHOST", "%{IP}|%{HOSTNAME}");
    patterns.put("HOSTPORT", "(?:%{IPORHOST}):%{POSINT}");
    patterns.put("PATH", "%{UNIXPATH}|%{WINPATH}");
    patterns.put("UNIXPATH", "(?:/[\\w%!$@:.,+~=-]*)+");
    patterns.put("WINPATH", "(?:[A-Za-z]:|\\\\)(?:\\\\[^\\\\?*\\s]*)+");
    patterns.put("URIPROTO", "[A-Za-z][A-Za-z0-9+.-]*");
    patterns.put("URIHOST", "(?:%{IPORHOST})(?::[0-9]+)?");
    patterns.put("URIPATH", "(?:/[A-Za-z0-9$.+!*'(){},~:;=@#%&_-]*)+");
    patterns.put("URIPARAM", "\\?[A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?\\[\\]<>-]*");
    patterns.put("URIPATHPARAM", "%{URIPATH}(?:%{URIPARAM})?");
    patterns.put("URI", "%{URIPROTO}://(?:[^\\s/@]+@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?");
  }

  private static void times(Map<String, String> patterns) {
    patterns.put("YEAR", "[0-9]{4}|[0-9]{2}");
    patterns.put("MONTHNUM", "0[1-9]|1[0-2]|[1-9]");
    patterns.put("MONTHDAY", "0[1-9]|[12][0-9]|3[01]|[1-9]");
    patterns.put(
        "MONTH",
        "(?i:\\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?"
            + "|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\b)");
    patterns.put("DAY", "(?i:\\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\\b)");
    patterns.put("HOUR", "2[0-3]|[01]?[0-9]");
    patterns.put("MINUTE", "[0-5][0-9]");
    patterns.put("SECOND", "(?:[0-5]?[0-9]|60)(?:[:.,][0-9]+)?");
    patterns.put("TIME", "(?:%{HOUR}):(?:%{MINUTE})(?::(?:%{SECOND}))?");
    patterns.put("ISO8601_TIMEZONE", "Z|[+-](?:%{HOUR})(?::?[0-5][0-9])?");
    patterns.put(
        "TIMESTAMP_ISO8601",
        "[0-9]{4}-(?:%{MONTHNUM})-(?:%{MONTHDAY})[T ](?:%{HOUR}):?(?:%{MINUTE})"
            + "(?::?(?:%{SECOND}))?(?:%{ISO8601_TIMEZONE})?");
    patterns.put("DATE_US", "(?:%{MONTHNUM})[/-](?:%{MONTHDAY})[/-](?:%{YEAR})");
    patterns.put("DATE_EU", "(?:%{MONTHDAY})[./-](?:%{MONTHNUM})[./-](?:%{YEAR})");
    patterns.put("DATE", "%{DATE_US}|%{DATE_EU}");
    patterns.put("HTTPDATE", "(?:%{MONTHDAY})/(?:%{MONTH})/[0-9]{4}:%{TIME} [+-][0-9]{4}");
    patterns.put("SYSLOGTIMESTAMP", "(?:%{MONTH}) +(?:%{MONTHDAY}) (?:%{TIME})");
  }

  private static void lines(Map<String, String> patterns) {
    patterns.put("PROG", "[\\x21-\\x5a\\x5c\\x5e-\\x7e]+");
    patterns.put("SYSLOGPROG", "%{PROG:program}(?:\\[%{POSINT:pid}\\])?");
    patterns.put("SYSLOGHOST", "%{IPORHOST}");
    patterns.put(
        "SYSLOGBASE",
        "%{SYSLOGTIMESTAMP:timestamp} (?:<%{NONNEGINT:facility}\\.%{NONNEGINT:priority}> )?"
            + "%{SYSLOGHOST:logsource} %{SYSLOGPROG}:");
    patterns.put(
        "COMMONAPACHELOG",
        "%{IPORHOST:clientip} %{NOTSPACE:ident} %{NOTSPACE:auth} \\[%{HTTPDATE:timestamp}\\]"
            + " \"(?:%{WORD:verb} %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?|%{DATA})\""
            + " %{NUMBER:response} (?:%{NUMBER:bytes}|-)");
    patterns.put("COMBINEDAPACHELOG", "%{COMMONAPACHELOG} \"%{DATA:referrer}\" \"%{DATA:agent}\"");
    patterns.put("HTTPD_COMMONLOG", "%{COMMONAPACHELOG}");
    patterns.put("HTTPD_COMBINEDLOG", "%{COMBINEDAPACHELOG}");
  }

  private GrokLibrary() {}
}
