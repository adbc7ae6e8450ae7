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
 */
record Tombstone(@Nullable Duid client, long cltt, int feeder, long sequence, long end) {}
