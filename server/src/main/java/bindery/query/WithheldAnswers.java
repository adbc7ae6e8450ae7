package bindery.query;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers of this node that were withheld, counted by their reason. Each reason is logged when
 * it is first met, and then at most once a minute. Any thread.
 */
public final class WithheldAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(WithheldAnswers.class);
  private static final long NOTICE_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanos;
  private final Map<Withheld, Tally> tallies = new EnumMap<>(Withheld.class);

  /** Counts by that monotonic clock. */
  WithheldAnswers(LongSupplier nanos) {
    this.nanos = nanos;
    long longAgo = nanos.getAsLong() - NOTICE_NANOS;
    for (Withheld reason : Withheld.values()) {
      tallies.put(reason, new Tally(new LongAdder(), new AtomicLong(longAgo)));
    }
  }

  private record Tally(LongAdder count, AtomicLong noticedNanos) {}

  private Tally tally(Withheld reason) {
    Tally tally = tallies.get(reason);
    if (tally == null) {
      throw new IllegalStateException("no tally for " + reason);
    }
    return tally;
  }

  /** Counts one, and tells the operator unless that was done a moment ago. */
  void add(Withheld reason) {
    Tally tally = tally(reason);
    tally.count.increment();
    long now = nanos.getAsLong();
    long noticed = tally.noticedNanos.get();
    if (now - noticed >= NOTICE_NANOS && tally.noticedNanos.compareAndSet(noticed, now)) {
      LOG.warn(
          "event=answer_withheld reason={} count={}: {}; {}",
          reason.name().toLowerCase(Locale.ROOT),
          tally.count.sum(),
          reason.reason(),
          reason.remedy());
    }
  }

  /** How many were withheld for that reason since the start. */
  public long count(Withheld reason) {
    return tally(reason).count.sum();
  }
}
