package bindery.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Typed access to the keys of a JSON object. Every fault is an {@link IllegalArgumentException}
 * that names the key, what it holds and what was expected.
 */
final class JsonFields {
  private final ObjectNode object;
  private final String place;

  /**
   * Over that object.
   *
   * @param place in front of each key in errors, such as {@code relays[0].}; may be empty
   * @param known the keys it may have
   * @throws IllegalArgumentException if it has another one
   */
  JsonFields(ObjectNode object, String place, List<String> known) {
    this.object = object;
    this.place = place;
    Iterator<String> keys = object.fieldNames();
    while (keys.hasNext()) {
      String key = keys.next();
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            "unknown key \""
                + place
                + key
                + "\""
                + NearestName.of(key, known)
                    .map(name -> " (the nearest known one is \"" + name + "\")")
                    .orElse(" (expected " + String.join(", ", known) + ")"));
      }
    }
  }

  /** Whether the key is there. */
  boolean has(String key) {
    return object.has(key);
  }

  /** A text, parsed; empty if the key is not there. */
  <T> Optional<T> find(String key, Function<String, T> parse) {
    JsonNode node = object.get(key);
    if (node == null) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      throw new IllegalArgumentException(place + key + " is " + node + " (expected a text)");
    }
    try {
      return Optional.of(parse.apply(node.textValue()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(place + key + ": " + e.getMessage(), e);
    }
  }

  /** The same for a key that must be there. */
  <T> T get(String key, Function<String, T> parse) {
    return find(key, parse).orElseThrow(() -> missing(key));
  }

  /** A whole number; empty if the key is not there. */
  OptionalLong findNumber(String key, long min, long max) {
    JsonNode node = object.get(key);
    if (node == null) {
      return OptionalLong.empty();
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < min
        || node.longValue() > max) {
      throw new IllegalArgumentException(
          place + key + " is " + node + " (expected a whole number of " + min + ".." + max + ")");
    }
    return OptionalLong.of(node.longValue());
  }

  /** The same for a key that must be there. */
  long number(String key, long min, long max) {
    return findNumber(key, min, max).orElseThrow(() -> missing(key));
  }

  /** The elements of a list; none if the key is not there. */
  Iterable<JsonNode> list(String key) {
    JsonNode node = object.get(key);
    if (node == null) {
      return List.of();
    }
    if (!node.isArray()) {
      throw new IllegalArgumentException(place + key + " is no list (expected [ ... ])");
    }
    return node;
  }

  private IllegalArgumentException missing(String key) {
    return new IllegalArgumentException(place + key + " is missing");
  }
}
