package bindery.store;

import bindery.model.Duid;
import org.jspecify.annotations.Nullable;

/**
 * What is left of an ended lease, so that a late copy cannot bring it back.
 *
 * @param client whose lease ended; null if nobody is known to have held it
 * @param cltt of the update that ended it, seconds since 2000
 * @param feeder id of the feeder that ended it
 * @param sequence of that update
 * @param end cluster time of the end, seconds since 2000: the purge counts from it
 * @param absentFrom the source, and the generation of its sync, that no longer told of it; null if
 *     the end itself was told
 */
record Tombstone(
    @Nullable Duid client,
    long cltt,
    int feeder,
    long sequence,
    long end,
    @Nullable Holder absentFrom) {
  /** Of an end that was told. */
  Tombstone(@Nullable Duid client, long cltt, int feeder, long sequence, long end) {
    this(client, cltt, feeder, sequence, end, null);
  }

  /**
   * Whether it was concluded from a sync's silence, and not by the one that tells now: another
   * source, or a later sync of the same, may know of the lease after all.
   */
  boolean isMere(Teller teller) {
    return absentFrom != null
        && (absentFrom.source() != teller.source()
            || absentFrom.generation() < teller.generation());
  }
}
