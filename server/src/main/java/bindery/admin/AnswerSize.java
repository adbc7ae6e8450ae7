package bindery.admin;

import bindery.store.BindingCensus;
import bindery.store.Selector;
import java.util.OptionalLong;

/**
 * About how many bindings an answer tells in all, by the last count of bindings: it is some seconds
 * old, and counts those too that have ended and are still held.
 */
final class AnswerSize {
  private AnswerSize() {}

  /**
   * By that count.
   *
   * @return empty for what is not counted: by client, remote-ID or address, by a relay on some
   *     links only, and everything if the count is partial
   */
  static OptionalLong about(Selector walked, BindingCensus counted) {
    if (counted.isPartial()) {
      return OptionalLong.empty();
    }
    if (walked instanceof Selector.ByLink onLinks) {
      return OptionalLong.of(
          onLinks.links().stream()
              .mapToLong(link -> counted.byLink().getOrDefault(link, 0L))
              .sum());
    }
    if (walked instanceof Selector.ByRelay behind && behind.links().isEmpty()) {
      return OptionalLong.of(counted.byRelay().getOrDefault(behind.relay(), 0L));
    }
    return OptionalLong.empty();
  }
}
