package bindery.node;

import bindery.cli.NearestName;
import bindery.leasequery.AccessList;
import bindery.leasequery.RequestorRule;
import bindery.model.Duid;
import bindery.query.QueryScope;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the list of requestors: prefixes with commas, or a JSON array of prefixes and of objects
 * that also say what those may ask.
 *
 * <pre>
 * ::1,192.0.2.0/24
 * ["::1", {"from": "2001:db8:ff::1", "query-types": [3, 5], "relay-ids": ["000300010200..."]}]
 * </pre>
 */
final class RequestorReader {
  private static final JsonMapper JSON =
      // As an entry looks in the file.
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES).build();

  private static final String FROM = "from";
  private static final String QUERY_TYPES = "query-types";
  private static final String LINKS = "links";
  private static final String RELAY_IDS = "relay-ids";
  private static final String HIDDEN_OPTIONS = "hidden-options";
  private static final String MAX_CONNECTIONS = "max-connections";
  private static final String MAX_QUERIES = "max-queries";
  private static final String DATA_TIMEOUT = "data-timeout";
  private static final Set<String> KEYS =
      new LinkedHashSet<>(
          List.of(
              FROM,
              QUERY_TYPES,
              LINKS,
              RELAY_IDS,
              HIDDEN_OPTIONS,
              MAX_CONNECTIONS,
              MAX_QUERIES,
              DATA_TIMEOUT));

  private RequestorReader() {}

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException naming all that is wrong, and what was expected
   */
  static List<RequestorRule> parse(String text) {
    List<RequestorRule> rules = new ArrayList<>();
    Faults faults = new Faults();
    if (text.startsWith("[")) {
      int count = 0;
      for (JsonNode element : array(text)) {
        count++;
        String name =
            "entry "
                + count
                + element
                    .path(FROM)
                    .asText(element.asText())
                    .transform(RequestorReader::inBrackets);
        faults.gather(name, () -> rules.add(rule(element)));
      }
    } else {
      for (String prefix : text.split(",", -1)) {
        faults.gather(prefix.strip(), () -> rules.add(RequestorRule.of(prefix.strip())));
      }
    }
    faults.gather("in all", () -> checkDistinct(rules));
    faults.throwIfAny();
    return rules;
  }

  private static String inBrackets(String from) {
    return from.isEmpty() ? "" : " (" + from + ")";
  }

  private static void checkDistinct(List<RequestorRule> rules) {
    var unused = new AccessList(rules);
  }

  private static JsonNode array(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON array: " + e.getOriginalMessage(), e);
    }
  }

  private static RequestorRule rule(JsonNode element) {
    if (element.isTextual()) {
      return RequestorRule.of(element.asText());
    }
    if (!element.isObject()) {
      throw new IllegalArgumentException(
          element + " (expected a prefix, or an object with " + FROM + ")");
    }
    Faults faults = new Faults();
    element.fieldNames().forEachRemaining(key -> faults.gather(key, () -> checkKey(key)));
    faults.gather(FROM, () -> checkFrom(element.path(FROM)));
    Set<Integer> types =
        faults.gather(QUERY_TYPES, Set.of(), () -> numbers(element, QUERY_TYPES, 1, 5));
    List<String> links = faults.gather(LINKS, List.of(), () -> texts(element, LINKS));
    Set<Duid> relays = faults.gather(RELAY_IDS, Set.of(), () -> relayIds(element));
    Set<Integer> hidden = faults.gather(HIDDEN_OPTIONS, Set.of(), () -> hiddenOptions(element));
    OptionalInt connections =
        faults.gather(MAX_CONNECTIONS, OptionalInt.empty(), () -> count(element, MAX_CONNECTIONS));
    OptionalInt queries =
        faults.gather(MAX_QUERIES, OptionalInt.empty(), () -> count(element, MAX_QUERIES));
    Optional<Duration> timeout =
        faults.gather(DATA_TIMEOUT, Optional.empty(), () -> dataTimeout(element));
    faults.throwIfAny();
    return new RequestorRule(
        element.path(FROM).asText(),
        new QueryScope(types, links, relays, hidden),
        connections,
        queries,
        timeout);
  }

  private static void checkKey(String key) {
    if (!KEYS.contains(key)) {
      throw new IllegalArgumentException(
          "unknown key"
              + NearestName.of(key, KEYS)
                  .map(name -> " (the nearest known one is " + name + ")")
                  .orElse(" (expected some of " + KEYS + ")"));
    }
  }

  private static void checkFrom(JsonNode from) {
    if (!from.isTextual()) {
      throw new IllegalArgumentException("none (expected an address or prefix)");
    }
    var unused = RequestorRule.of(from.asText());
  }

  private static Set<Integer> numbers(JsonNode element, String key, int least, int most) {
    Set<Integer> numbers = new HashSet<>();
    for (JsonNode item : list(element, key)) {
      int number = item.asInt(-1);
      if (!item.canConvertToInt() || number < least || number > most) {
        throw new IllegalArgumentException(item + " (expected " + least + ".." + most + ")");
      }
      numbers.add(number);
    }
    return numbers;
  }

  private static Set<Integer> hiddenOptions(JsonNode element) {
    Set<Integer> codes = numbers(element, HIDDEN_OPTIONS, 1, 65_535);
    codes.forEach(QueryScope::checkHidden);
    return codes;
  }

  private static List<String> texts(JsonNode element, String key) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : list(element, key)) {
      if (!item.isTextual() || item.asText().isEmpty()) {
        throw new IllegalArgumentException(item + " (expected a name)");
      }
      texts.add(item.asText());
    }
    return texts;
  }

  private static Set<Duid> relayIds(JsonNode element) {
    Set<Duid> ids = new HashSet<>();
    texts(element, RELAY_IDS).forEach(text -> ids.add(Duid.parse(text)));
    return ids;
  }

  // An empty list would read as "nothing" and mean "all": it is no list.
  private static JsonNode list(JsonNode element, String key) {
    JsonNode list = element.path(key);
    if (!list.isMissingNode() && (!list.isArray() || list.isEmpty())) {
      throw new IllegalArgumentException(
          list + " (expected a list of one or more; leave it out for no limit)");
    }
    return list;
  }

  private static OptionalInt count(JsonNode element, String key) {
    JsonNode count = element.path(key);
    if (count.isMissingNode()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(value(Kind.LIMIT, count));
  }

  private static Optional<Duration> dataTimeout(JsonNode element) {
    JsonNode time = element.path(DATA_TIMEOUT);
    if (time.isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(value(Kind.PATIENCE, time));
  }

  private static <T> T value(Kind<T> kind, JsonNode value) {
    try {
      return kind.parser().apply(value.asText());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          value + ", " + e.getMessage() + " (expected " + kind.expected() + ")", e);
    }
  }
}
