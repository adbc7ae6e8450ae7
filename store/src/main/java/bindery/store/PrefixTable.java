package bindery.store;

import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Values by prefix, found by what lies within. A lookup costs one step for each length in use.
 * Filled by its maker, then only read.
 */
final class PrefixTable<T> {
  // Longest first.
  private final Map<Integer, Map<Ipv6Address, List<T>>> byLength =
      new TreeMap<>(Collections.reverseOrder());

  /** Adds a value; a prefix may have several. */
  void add(Ipv6Prefix prefix, T value) {
    byLength
        .computeIfAbsent(prefix.length(), length -> new HashMap<>())
        .computeIfAbsent(prefix.address(), address -> new ArrayList<>())
        .add(value);
  }

  /**
   * Tells every value whose prefix holds the whole of {@code inner}, with the length of that
   * prefix, longest first.
   */
  void forEachAround(Ipv6Prefix inner, BiConsumer<Integer, T> consumer) {
    byLength.forEach(
        (length, byAddress) -> {
          if (length <= inner.length()) {
            byAddress
                .getOrDefault(inner.address().masked(length), List.of())
                .forEach(value -> consumer.accept(length, value));
          }
        });
  }

  /** The values of the longest prefix that holds the whole of {@code inner}; empty if none does. */
  Longest<T> longestAround(Ipv6Prefix inner) {
    for (Map.Entry<Integer, Map<Ipv6Address, List<T>>> entry : byLength.entrySet()) {
      if (entry.getKey() <= inner.length()) {
        List<T> values = entry.getValue().get(inner.address().masked(entry.getKey()));
        if (values != null) {
          return new Longest<>(entry.getKey(), List.copyOf(values));
        }
      }
    }
    return new Longest<>(-1, List.of());
  }

  /**
   * What the longest prefix holds.
   *
   * @param length of that prefix; -1 if there is none
   */
  record Longest<T>(int length, List<T> values) {}
}
