package bindery.raft;

import bindery.model.DaemonThreads;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries this node's disk each second, on a thread of its own, which may stand as long as the disk
 * does, and tells what is wrong with it: that a write takes longer than two election time-outs (2 s
 * at least) to be on disk, that it fails, or that little room is left.
 *
 * <p>A leader acknowledges nothing that it has not forced to its own disk, so one whose disk stalls
 * has the whole cluster stand, while its heartbeats go on and nobody else is elected. A disk that
 * was slow counts as slow for a minute after, so that leadership does not come and go with it. Any
 * thread may ask; none blocks.
 */
final class DiskWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);
  private static final Duration FORCE_MAX_LEAST = Duration.ofSeconds(2);
  private static final Duration SLOW_FOR = Duration.ofMinutes(1);
  private static final long PAUSE_MILLIS = 1_000;
  private static final double NANOS_A_SECOND = 1e9;
  private static final double OCTETS_A_MEBIBYTE = 1 << 20;

  private final DiskProbe probe;
  private final long forceMaxNanos;
  private final long freeMin;
  private final LongSupplier nanos;
  private final ScheduledExecutorService worker;

  // Written by the worker's thread alone.
  private volatile @Nullable Long begunNanos; // of a try that is not over
  private volatile long tookNanos;
  private volatile @Nullable Slow slow; // the last try that took too long
  private volatile long usableBytes = -1; // -1 before the first try
  private volatile @Nullable String failure; // of the last try
  // Of the one thread that tells.
  private @Nullable Kind told;

  /** What can be wrong. */
  enum Kind {
    /** A write takes, or took within the last minute, too long. */
    SLOW,
    /** A write fails. */
    FAILING,
    /** Less room is left than is asked for. */
    LOW
  }

  /**
   * What is wrong.
   *
   * @param text with what was measured, what was expected and what to do
   */
  record Fault(Kind kind, String text) {}

  private record Slow(long endedNanos, long tookNanos) {}

  /**
   * Does nothing until started.
   *
   * @param freeMin the least octets that must be free; 0 for however few
   */
  DiskWatch(
      DiskProbe probe, String node, Duration electionTimeout, long freeMin, LongSupplier nanos) {
    this.probe = probe;
    this.freeMin = freeMin;
    this.nanos = nanos;
    Duration two = electionTimeout.multipliedBy(2);
    forceMaxNanos = (two.compareTo(FORCE_MAX_LEAST) > 0 ? two : FORCE_MAX_LEAST).toNanos();
    worker = Executors.newSingleThreadScheduledExecutor(new DaemonThreads("raft-disk-" + node));
  }

  /** Begins, until it is closed. */
  void start() {
    var unused =
        worker.scheduleWithFixedDelay(this::tryOnce, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Tries the disk once. Blocks for as long as that takes; the worker's thread alone. */
  void tryOnce() {
    long begun = nanos.getAsLong();
    begunNanos = begun;
    String wrong = null;
    try {
      probe.force();
      usableBytes = probe.usableBytes();
    } catch (IOException | RuntimeException e) {
      wrong = String.valueOf(e.getMessage());
    }
    long now = nanos.getAsLong();
    failure = wrong;
    tookNanos = now - begun;
    if (now - begun > forceMaxNanos) {
      slow = new Slow(now, now - begun);
    }
    begunNanos = null;
  }

  /** How long the last try took, or the one that is not over has taken; nanoseconds. */
  long tookNanos() {
    Long begun = begunNanos;
    return begun == null ? tookNanos : Math.max(tookNanos, nanos.getAsLong() - begun);
  }

  /** Octets that were free at the last try; -1 before the first. */
  long usableBytes() {
    return usableBytes;
  }

  /** What is wrong now, the gravest first; empty if nothing is known to be. */
  Optional<Fault> fault() {
    long now = nanos.getAsLong();
    Long begun = begunNanos;
    if (begun != null && now - begun > forceMaxNanos) {
      return Optional.of(
          slow("a write has not been on this node's disk for " + seconds(now - begun)));
    }
    String wrong = failure;
    if (wrong != null) {
      return Optional.of(
          new Fault(
              Kind.FAILING,
              "this node's disk cannot be written: " + wrong + "; make room, or replace it"));
    }
    long free = usableBytes;
    if (free >= 0 && free < freeMin) {
      return Optional.of(
          new Fault(
              Kind.LOW,
              mebibytes(free)
                  + " are free where this node's data folder is (expected "
                  + mebibytes(freeMin)
                  + ", by raft.free-space-min): make room, since it ends when none is left"));
    }
    Slow last = slow;
    if (last != null && now - last.endedNanos() <= SLOW_FOR.toNanos()) {
      return Optional.of(
          slow(
              "a write took "
                  + seconds(last.tookNanos())
                  + " to be on this node's disk, "
                  + seconds(now - last.endedNanos())
                  + " ago"));
    }
    return Optional.empty();
  }

  private Fault slow(String what) {
    return new Fault(
        Kind.SLOW, what + " (expected within " + seconds(forceMaxNanos) + "): look at the disk");
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", nanos / NANOS_A_SECOND);
  }

  private static String mebibytes(long octets) {
    return String.format(Locale.ROOT, "%.1f MiB", octets / OCTETS_A_MEBIBYTE);
  }

  /** Whether this node had better not lead. */
  boolean isUnfit() {
    return fault().isPresent();
  }

  /** Writes to the log what is wrong, when that changes. One thread. */
  void tell() {
    Optional<Fault> now = fault();
    Kind kind = now.map(Fault::kind).orElse(null);
    if (kind != told) {
      told = kind;
      if (now.isPresent()) {
        LOG.warn("event=disk-{} {}", label(now.get().kind()), now.get().text());
      } else {
        LOG.info("event=disk-well the disk is as it should be again");
      }
    }
  }

  private static String label(Kind kind) {
    return switch (kind) {
      case SLOW -> "slow";
      case FAILING -> "failing";
      case LOW -> "low";
    };
  }

  /** Ends it, without waiting for a try that stands. */
  @Override
  public void close() {
    worker.shutdownNow();
  }
}
