package bindery.store;

/**
 * What a read barrier proved: at the monotonic instant {@code sentNanos}, when it was sent, the log
 * had reached no further than {@code revision}, and this node has applied that.
 *
 * <p>"Now", for lifetimes, is {@code clusterTimeMillis} plus the monotonic time since {@code
 * sentNanos}.
 *
 * @param revision the Raft index of the barrier
 * @param clusterTimeMillis cluster time at the barrier, milliseconds since 1970
 * @param sentNanos {@link System#nanoTime()} when the barrier was sent
 */
public record ReadPoint(long revision, long clusterTimeMillis, long sentNanos) {}
