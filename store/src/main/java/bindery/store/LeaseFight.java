package bindery.store;

import bindery.model.LeaseKey;

/**
 * A lease that sources take from each other: each puts it, for a client of its own, while the other
 * holds it live.
 *
 * @param lease the address or prefix
 * @param from id of the source that lost it last
 * @param by id of the source that has it now
 * @param takeovers how often it was taken over
 */
public record LeaseFight(LeaseKey lease, int from, int by, long takeovers) {}
