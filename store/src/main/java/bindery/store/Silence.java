package bindery.store;

import bindery.log.v1.Settings;
import bindery.log.v1.Source;
import bindery.model.DhcpTime;
import java.util.List;
import java.util.OptionalLong;

/**
 * Which sources fell silent: those whose feeder follows a server, and told nothing for longer than
 * it may. A one-shot import cannot fall silent.
 */
final class Silence {
  private Silence() {}

  /** Whether the source is silent at that cluster time, milliseconds since 1970. */
  static boolean isSilent(Source source, Settings settings, long nowMillis) {
    return source.getFollows() && isQuiet(source, settings, nowMillis);
  }

  /** Whether the source told nothing for longer than one that follows its server may. */
  static boolean isQuiet(Source source, Settings settings, long nowMillis) {
    return nowMillis - source.getLastItemMillis()
        > 1_000 * StoreSettings.sourceSilentAfterSeconds(settings);
  }

  /** Since when the longest silent source is, seconds since 2000; empty if none is. */
  static OptionalLong since(List<Source> sources, Settings settings, long nowMillis) {
    return sources.stream()
        .filter(source -> isSilent(source, settings, nowMillis))
        .mapToLong(source -> DhcpTime.ofUnixMillis(source.getLastItemMillis()))
        .min();
  }
}
