package bindery.raft;

/**
 * A revision that every node was told to keep a snapshot of.
 *
 * @param token the number under which it is kept; not 0
 */
public record KeptRevision(long token, long revision) {}
