package bindery.raft;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The time as the members have it together: the lower median of this node's wall clock and those of
 * the members it heard within 10 s. So one wrong clock moves nothing, and of two that differ the
 * slower counts.
 *
 * <p>A member's clock is read with each hello: what it answers was right at the middle between
 * request and reply, to half of what lies between, at most 1 s. From there it is carried on by this
 * node's monotonic clock, so that a step of this node's wall clock is one vote, not a step of all.
 *
 * <p>A node that hears less than a majority goes by the clocks of the majority it heard last; it
 * cannot commit anything then anyway. One that has not heard a majority since it started does not
 * know the time and proposes nothing.
 *
 * <p>Any thread. Holds one reading for each other member.
 */
final class MemberClocks implements InstantSource {
  private static final long HEARD_NANOS_MAX = Duration.ofSeconds(10).toNanos();
  private static final long ROUND_TRIP_NANOS_MAX = Duration.ofSeconds(2).toNanos();
  // The end of the year 9999: a wild clock still counts as one, and no sum runs over.
  private static final long WALL_MILLIS_MAX = 253_402_300_799_999L;

  private final InstantSource own;
  private final LongSupplier nanoTime;
  private final Supplier<List<String>> others;
  private final Map<String, Reading> readings = new ConcurrentHashMap<>();

  private record Reading(long wallMillis, long nanos) {
    long at(long now) {
      return wallMillis + TimeUnit.NANOSECONDS.toMillis(now - nanos);
    }

    boolean isFresh(long now) {
      return now - nanos <= HEARD_NANOS_MAX;
    }
  }

  /**
   * Of a node that has heard nobody yet.
   *
   * @param own its wall clock
   * @param nanoTime its monotonic clock
   * @param others the names of the other members, as they are now
   */
  MemberClocks(InstantSource own, LongSupplier nanoTime, Supplier<List<String>> others) {
    this.own = own;
    this.nanoTime = nanoTime;
    this.others = others;
  }

  /**
   * Takes a member's clock. Passed over if the exchange took more than 2 s.
   *
   * @param wallMillis what it answered, milliseconds since 1970
   * @param sentNanos when it was asked, by the monotonic clock
   * @param receivedNanos when its answer was there
   */
  void read(String member, long wallMillis, long sentNanos, long receivedNanos) {
    readings.keySet().retainAll(others.get());
    long tripNanos = receivedNanos - sentNanos;
    if (tripNanos >= 0 && tripNanos <= ROUND_TRIP_NANOS_MAX) {
      long wall = Math.max(-WALL_MILLIS_MAX, Math.min(WALL_MILLIS_MAX, wallMillis));
      readings.put(member, new Reading(wall, sentNanos + tripNanos / 2));
    }
  }

  /** Whether a majority of the members, itself among them, was heard since this node started. */
  boolean isKnown() {
    List<String> now = others.get();
    return 1 + now.stream().filter(readings::containsKey).count() >= majority(now);
  }

  private static int majority(List<String> others) {
    return (others.size() + 1) / 2 + 1;
  }

  /** The median, milliseconds since 1970. May run back; see {@link LeaderClock}. */
  @Override
  public long millis() {
    return median(own.millis(), nanoTime.getAsLong());
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  private long median(long ownMillis, long now) {
    List<String> names = others.get();
    List<Reading> newestFirst = new ArrayList<>();
    for (String name : names) {
      Reading reading = readings.get(name);
      if (reading != null) {
        newestFirst.add(reading);
      }
    }
    newestFirst.sort((one, other) -> Long.compare(now - one.nanos(), now - other.nanos()));
    long fresh = newestFirst.stream().filter(reading -> reading.isFresh(now)).count();
    int counted = (int) Math.min(newestFirst.size(), Math.max(fresh, majority(names) - 1));
    long[] clocks = new long[counted + 1];
    clocks[0] = ownMillis;
    for (int i = 0; i < counted; i++) {
      clocks[i + 1] = newestFirst.get(i).at(now);
    }
    return LowerMedian.of(clocks);
  }

  /** Whether a majority of the members, itself among them, was heard within 10 s. */
  boolean hearsMajority() {
    return hearsMajority(nanoTime.getAsLong());
  }

  private boolean hearsMajority(long now) {
    List<String> names = others.get();
    int heard = 1;
    for (String name : names) {
      Reading reading = readings.get(name);
      if (reading != null && reading.isFresh(now)) {
        heard++;
      }
    }
    return heard >= majority(names);
  }

  /**
   * This node's clock less the median, milliseconds: positive if it is ahead. 0 if it is alone, or
   * has heard less than a majority within 10 s.
   */
  long offsetMillis() {
    long now = nanoTime.getAsLong();
    long ownMillis = own.millis();
    return hearsMajority(now) ? ownMillis - median(ownMillis, now) : 0;
  }

  /** Another member's clock less the median; empty if it was not heard within 10 s. */
  OptionalLong offsetMillis(String member) {
    long now = nanoTime.getAsLong();
    Reading reading = readings.get(member);
    return reading == null || !reading.isFresh(now)
        ? OptionalLong.empty()
        : OptionalLong.of(reading.at(now) - median(own.millis(), now));
  }

  /** What this node tells the others: its own clock, milliseconds since 1970. */
  long ownMillis() {
    return own.millis();
  }
}
