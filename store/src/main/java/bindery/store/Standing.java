package bindery.store;

import bindery.log.v1.Feeder;
import bindery.log.v1.Settings;
import bindery.log.v1.Source;
import java.util.List;

/**
 * How far the store may be taken for complete: an empty answer is a statement only of a fed one.
 */
public enum Standing {
  /** Nothing was ever committed. Every query is terminated. */
  NEVER_FED,
  /** The only source's first sync is still running. Every query is terminated. */
  FIRST_SYNC,
  /**
   * A later source with an open session is in its first sync: answers that would be empty are
   * terminated.
   */
  LATER_FIRST_SYNC,
  /**
   * A first sync ended that could not tell everything: answers that would be empty are terminated.
   */
  PARTLY_FED,
  /** Complete as far as the feeders told. */
  FED;

  /**
   * What the sources say: one that is not fed, with a feeder whose sync is open, is in its first
   * sync, or has told a part by one. Beside one that is fed, a source that told nothing for longer
   * than it may be silent counts no more: it has broken off.
   */
  static Standing of(List<Source> sources, Settings settings, long nowMillis) {
    boolean fed = sources.stream().anyMatch(Source::getFed);
    List<Source> unfed =
        sources.stream()
            .filter(source -> !source.getFed())
            .filter(source -> !fed || !Silence.isQuiet(source, settings, nowMillis))
            .toList();
    boolean syncing =
        unfed.stream()
            .flatMap(source -> source.getFeedersList().stream())
            .anyMatch(Feeder::getSyncOpen);
    if (unfed.stream().anyMatch(Source::getPartlyFed)) {
      return PARTLY_FED;
    }
    if (fed) {
      return syncing ? LATER_FIRST_SYNC : FED;
    }
    return syncing ? FIRST_SYNC : NEVER_FED;
  }
}
