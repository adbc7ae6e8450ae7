package bindery.node;

import bindery.leasequery.DatagramOptions;
import bindery.leasequery.LeasequeryLimits;
import bindery.leasequery.RequestorRule;
import bindery.model.HostPort;
import bindery.query.QueryScope;
import bindery.raft.Member;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the text of an option's value may be, and what it means.
 *
 * @param expected how a value is written, with an example, for error messages
 * @param shape how the file may write it instead of as one text
 * @param parser throws {@link IllegalArgumentException} if the text is anything else
 */
record Kind<T>(String expected, Shape shape, Function<String, T> parser) {
  /** What stands behind an option's name in the file; a text serves for each. */
  enum Shape {
    /** A text, number or switch. */
    ONE,
    /** A list of them. */
    LIST,
    /** A list of them, and of objects. */
    OBJECTS,
    /** Names, each with one of them. */
    NAMED
  }

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Duration TIME_MAX = Duration.ofDays(36_500);
  private static final String TIME_EXAMPLES = "such as 500ms, 30s, 5m, 24h or 7d";
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})(B|KiB|MiB|GiB)?");
  private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})(?:\\.(\\d))?%");

  private Kind(String expected, Function<String, T> parser) {
    this(expected, Shape.ONE, parser);
  }

  /** A name of a cluster or node. */
  static final Kind<String> TEXT_NAME =
      new Kind<>("1..64 of A-Z a-z 0-9 . _ -, such as n1", Kind::parseName);

  /** A folder. */
  static final Kind<Path> PATH = new Kind<>("a folder, such as /var/lib/bindery", Kind::parsePath);

  /** A file. */
  static final Kind<Path> FILE =
      new Kind<>("a file, such as /etc/bindery/tls/ca.crt", Kind::parsePath);

  /** A span of time for which a requestor is waited. */
  static final Kind<Duration> PATIENCE = time("10ms", "1d");

  /** A span of whole seconds, at least one. */
  static final Kind<Duration> SECONDS =
      new Kind<>("a duration in whole seconds such as 30s, 5m or 24h", Kind::parseSeconds);

  /** What {@link #TIME_OR_UNLIMITED} reads {@code unlimited} as. */
  static final Duration UNLIMITED = Duration.ofSeconds(Long.MAX_VALUE);

  /** A span of time above zero, or {@code unlimited}. */
  static final Kind<Duration> TIME_OR_UNLIMITED =
      new Kind<>(
          "a duration such as 30s, or unlimited",
          text -> text.equals("unlimited") ? UNLIMITED : parseDuration(text));

  /** A count of at least one. */
  static final Kind<Integer> COUNT = new Kind<>("a number of at least 1", Kind::parseCount);

  /** A count of connections, queries or datagrams. */
  static final Kind<Integer> LIMIT = count(1, LeasequeryLimits.COUNT_MAX);

  /** A part of a whole, in thousandths. */
  static final Kind<Integer> PERMILLE =
      new Kind<>("a percentage such as 10% or 2.5%", Kind::parsePermille);

  /** Yes or no. */
  static final Kind<Boolean> SWITCH = new Kind<>("true or false", Kind::parseSwitch);

  /** An address and port to listen at. */
  static final Kind<InetSocketAddress> ENDPOINT_ADDRESS =
      new Kind<>("ADDRESS:PORT such as 127.0.0.1:5470 or [::]:547", Kind::parseEndpoint);

  /** One address of this host, and a port. */
  static final Kind<InetSocketAddress> OWN_ADDRESS =
      new Kind<>(
          "ADDRESS:PORT with one address of this host, such as [2001:db8::547]:547",
          text -> {
            InetSocketAddress address = parseEndpoint(text);
            DatagramOptions.checkListen(address);
            return address;
          });

  /** Names with addresses. */
  static final Kind<Map<String, String>> MEMBERS =
      new Kind<>("NAME=HOST:PORT, several with commas", Shape.NAMED, Kind::parseMembers);

  /** Requestors by address or prefix, and what they may ask. */
  static final Kind<List<RequestorRule>> REQUESTORS =
      new Kind<>(
          "addresses or prefixes such as 2001:db8::/32 or 192.0.2.1, several with commas; or a list"
              + " with objects such as { from: 2001:db8::1, query-types: [3] } among them",
          Shape.OBJECTS,
          RequestorReader::parse);

  /** A count of at least one, or {@code unlimited}, which is read as 0. */
  static final Kind<Integer> COUNT_OR_UNLIMITED =
      new Kind<>(
          "a number of at least 1, or unlimited",
          text -> text.equals("unlimited") ? 0 : parseCount(text));

  /** Codes of options that are not told. */
  static final Kind<List<Integer>> HIDDEN_OPTIONS =
      new Kind<>(
          "DHCPv6 option codes such as 39, several with commas",
          Shape.LIST,
          Kind::parseHiddenOptions);

  /** One of a few words. */
  static <E extends Enum<E>> Kind<E> choice(Class<E> type) {
    E[] values = type.getEnumConstants();
    List<String> words = Arrays.stream(values).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();
    return new Kind<>(
        "one of " + String.join(", ", words),
        text -> {
          int index = words.indexOf(text);
          if (index < 0) {
            throw new IllegalArgumentException("no such choice");
          }
          return values[index];
        });
  }

  /** A span of time between two others, both included. */
  static Kind<Duration> time(String least, String most) {
    Duration from = parseDuration(least);
    Duration to = parseDuration(most);
    return new Kind<>(
        "a duration of " + least + " to " + most + ", " + TIME_EXAMPLES,
        text -> within(parseDuration(text), from, to));
  }

  /** A number of octets between two others, both included. */
  static Kind<Long> size(String least, String most) {
    Long from = parseSize(least);
    Long to = parseSize(most);
    return new Kind<>(
        "a size of " + least + " to " + most + ", such as 64KiB, 512MiB or 1GiB",
        text -> within(parseSize(text), from, to));
  }

  /** A count between two others, both included. */
  static Kind<Integer> count(Integer least, Integer most) {
    return new Kind<>(
        "a number, " + least + " to " + most, text -> within(parseInt(text), least, most));
  }

  private static <C extends Comparable<C>> C within(C value, C least, C most) {
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException("too small");
    }
    if (value.compareTo(most) > 0) {
      throw new IllegalArgumentException("too large");
    }
    return value;
  }

  private static String parseName(String text) {
    if (!Member.isName(text)) {
      throw new IllegalArgumentException("not a name of 1..64 of A-Z a-z 0-9 . _ -");
    }
    return text;
  }

  private static Path parsePath(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("empty");
    }
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("not a name of a folder", e);
    }
  }

  private static Duration parseDuration(String text) {
    Matcher matcher = match(DURATION, text);
    long amount = Long.parseLong(matcher.group(1));
    if (amount == 0) {
      throw new IllegalArgumentException("zero");
    }
    Duration duration =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        };
    if (duration.compareTo(TIME_MAX) > 0) {
      throw new IllegalArgumentException("longer than " + TIME_MAX.toDays() + "d");
    }
    return duration;
  }

  private static Duration parseSeconds(String text) {
    Duration duration = parseDuration(text);
    if (!duration.equals(duration.truncatedTo(ChronoUnit.SECONDS))) {
      throw new IllegalArgumentException("not whole seconds");
    }
    return duration;
  }

  private static Long parseSize(String text) {
    Matcher matcher = match(SIZE, text);
    String unit = matcher.group(2) == null ? "B" : matcher.group(2);
    int shift =
        switch (unit) {
          case "B" -> 0;
          case "KiB" -> 10;
          case "MiB" -> 20;
          default -> 30;
        };
    long count = Long.parseLong(matcher.group(1));
    if (count > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException("too large");
    }
    return count << shift;
  }

  private static Integer parseCount(String text) {
    int count = parseInt(text);
    if (count < 1) {
      throw new IllegalArgumentException("below 1");
    }
    return count;
  }

  private static Integer parseInt(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          text.matches("[+-]?\\d+") ? "out of range" : "not a whole number", e);
    }
  }

  private static Integer parsePermille(String text) {
    Matcher matcher = match(PERCENT, text);
    int tenth = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
    int permille = Integer.parseInt(matcher.group(1)) * 10 + tenth;
    if (permille > 1_000) {
      throw new IllegalArgumentException("above 100%");
    }
    return permille;
  }

  private static Boolean parseSwitch(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither");
    };
  }

  private static InetSocketAddress parseEndpoint(String text) {
    HostPort given = hostPort(text);
    InetSocketAddress address = new InetSocketAddress(given.host(), given.port());
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("the host " + given.host() + " cannot be resolved");
    }
    return address;
  }

  // What is expected stands in the message that the caller makes.
  private static HostPort hostPort(String text) {
    try {
      return HostPort.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not of that form", e);
    }
  }

  private static Map<String, String> parseMembers(String text) {
    Map<String, String> members = new TreeMap<>();
    Faults faults = new Faults();
    for (String part : text.split(",", -1)) {
      faults.gather(part.strip(), () -> addMember(members, part));
    }
    faults.throwIfAny();
    return members;
  }

  private static void addMember(Map<String, String> members, String part) {
    int equals = part.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException("no = (expected NAME=HOST:PORT)");
    }
    String name = parseName(part.substring(0, equals).strip());
    String address = part.substring(equals + 1).strip();
    if (members.put(name, parseEndpointText(address)) != null) {
      throw new IllegalArgumentException("this name stands twice (expected a name for each)");
    }
  }

  private static String parseEndpointText(String text) {
    try {
      return HostPort.parse(text).toString();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no address (expected HOST:PORT such as 10.0.0.1:5471)", e);
    }
  }

  private static List<Integer> parseHiddenOptions(String text) {
    List<Integer> codes = new ArrayList<>();
    Faults faults = new Faults();
    for (String part : text.split(",", -1)) {
      faults.gather(part.strip(), () -> codes.add(parseHidden(part.strip())));
    }
    faults.throwIfAny();
    return codes;
  }

  private static Integer parseCode(String text) {
    try {
      return within(parseInt(text), 1, 65_535);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          e.getMessage() + " (expected an option code, 1..65535, such as 39)", e);
    }
  }

  private static Integer parseHidden(String text) {
    Integer code = parseCode(text);
    QueryScope.checkHidden(code);
    return code;
  }

  private static Matcher match(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not of that form");
    }
    return matcher;
  }
}
