package bindery.store;

/**
 * What a read barrier proved: what was acknowledged before the monotonic instant {@code sentNanos},
 * when it was sent, is at or below {@code revision} in the log, and this node has applied that.
 *
 * <p>"Now", for lifetimes, is {@code clusterTimeMillis} plus the monotonic time since {@code
 * sentNanos}.
 *
 * @param revision the Raft index that was committed when the barrier was answered
 * @param clusterTimeMillis cluster time at the barrier, milliseconds since 1970
 * @param sentNanos {@link System#nanoTime()} when the barrier was sent
 */
public record ReadPoint(long revision, long clusterTimeMillis, long sentNanos) {}
