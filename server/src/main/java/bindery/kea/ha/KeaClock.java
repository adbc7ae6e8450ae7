package bindery.kea.ha;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Kea's clock as this host can tell it: its own, moved by the distance that was heard last. Kea
 * says the second alone, so less than two seconds of distance are none. Any thread.
 */
final class KeaClock implements InstantSource {
  private static final Duration NONE_BELOW = Duration.ofSeconds(2);

  private final InstantSource here;
  private volatile long aheadMillis;

  KeaClock(InstantSource here) {
    this.here = here;
  }

  /**
   * Kea said that it is {@code theirs} when it was {@code hereMillis} here.
   *
   * @return how far Kea's clock is ahead, in milliseconds
   */
  long heard(Instant theirs, long hereMillis) {
    long ahead = theirs.toEpochMilli() + 500 - hereMillis; // half of the second it left out
    aheadMillis = Math.abs(ahead) < NONE_BELOW.toMillis() ? 0 : ahead;
    return aheadMillis;
  }

  @Override
  public Instant instant() {
    return here.instant().plusMillis(aheadMillis);
  }
}
