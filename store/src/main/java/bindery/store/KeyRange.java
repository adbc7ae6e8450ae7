package bindery.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run of keys that lie together. */
final class KeyRange {
  /** All keys. */
  static final KeyRange ALL = new KeyRange(new byte[0]);

  private final byte[] prefix;

  private KeyRange(byte[] prefix) {
    this.prefix = prefix;
  }

  /** All keys that begin with {@code prefix}, which must not be changed again. */
  static KeyRange of(byte[] prefix) {
    return new KeyRange(prefix);
  }

  /**
   * The keys that begin with {@code prefix} and, behind it, one of the links, in key order.
   *
   * @param links in any order, repeats count once; empty for any link
   */
  static List<KeyRange> of(byte[] prefix, List<Integer> links) {
    if (links.isEmpty()) {
      return List.of(of(prefix));
    }
    List<KeyRange> ranges = new ArrayList<>(links.size());
    for (int link : inOrder(links)) {
      ranges.add(of(Keys.withLink(prefix, link)));
    }
    return ranges;
  }

  /** Links in the order of their keys, each once. */
  static List<Integer> inOrder(List<Integer> links) {
    return links.stream().distinct().sorted(Integer::compareUnsigned).toList();
  }

  /** Its first possible key; not to be changed. */
  byte[] from() {
    return prefix;
  }

  /** The first key beyond it; null for none. */
  byte @Nullable [] to() {
    return Keys.behind(prefix);
  }
}
