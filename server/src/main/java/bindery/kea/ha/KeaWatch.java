package bindery.kea.ha;

import bindery.kea.AlivePeriod;
import bindery.kea.ha.KeaServer.Pulse;
import bindery.v1.Alive;
import bindery.v1.Item;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at Kea every ten seconds: whether it answers, whether it was started anew, how its clock
 * goes; and has leases asked for one by one, and the whole compared, when that is due. One thread
 * of its own.
 */
final class KeaWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeaWatch.class);
  private static final long LOOK_MILLIS = 500;
  private static final Duration PULSE_EVERY = Duration.ofSeconds(10);
  private static final Duration AGAIN_MIN = Duration.ofSeconds(2);
  private static final Duration AGAIN_MAX = Duration.ofMinutes(2);
  private static final Duration SKEW_TOLD = Duration.ofSeconds(5);
  // Kea says the second of its clock, and whole seconds of the time since then.
  private static final long ROUNDING_SECONDS = 2;
  // A comparison takes a fifth of the time at most.
  private static final int PAUSE_SHARE = 4;
  // States in which a server serves nobody.
  private static final Set<String> UNFIT =
      Set.of("waiting", "syncing", "ready", "offline", "backup", "unavailable");
  // States in which a server serves without telling its partner.
  private static final Set<String> PARTED = Set.of("communication-recovery", "terminated");

  private final HaOptions options;
  private final List<KeaServer> keas;
  private final LiveFeed feed;
  private final Reconciler reconciler;
  private final Rechecks rechecks;
  private final Gaps gaps;
  private final HaMetrics metrics;
  private final KeaClock clock;
  private final AlivePeriod alivePeriod;
  private final BooleanSupplier isReady;
  private final Thread thread;

  // By Kea's own word: when it was started, and when it read its configuration.
  private record Followed(KeaServer server, long started, long reloaded) {}

  private @Nullable Followed current; // that serves now
  private @Nullable Followed last; // that served last
  private List<KeaServer> whole = List.of(); // that know all leases
  private @Nullable Long pulseNanos;
  private @Nullable Long aliveNanos;
  private @Nullable Long reconciledNanos;
  private @Nullable Long endedNanos; // of the last comparison
  private Duration pause = Duration.ZERO; // until the next one
  private long refusedCauses = -1; // of a gap that a comparison could not close
  private Duration again = AGAIN_MIN;
  private Duration aliveEvery = AGAIN_MIN;
  private boolean isSilent;
  private boolean isParted;
  private boolean isSkewTold;
  private volatile boolean closed;

  /**
   * Does nothing until started.
   *
   * @param keas the servers to look at, in the order of the options
   * @param isReady whether leases may be told yet
   */
  KeaWatch(
      HaOptions options,
      List<KeaServer> keas,
      LiveFeed feed,
      Reconciler reconciler,
      Rechecks rechecks,
      Gaps gaps,
      HaMetrics metrics,
      KeaClock clock,
      AlivePeriod alivePeriod,
      BooleanSupplier isReady) {
    this.options = options;
    this.keas = keas;
    this.feed = feed;
    this.reconciler = reconciler;
    this.rechecks = rechecks;
    this.gaps = gaps;
    this.metrics = metrics;
    this.clock = clock;
    this.alivePeriod = alivePeriod;
    this.isReady = isReady;
    thread = new Thread(this::run, "kea-watch");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!closed) {
        try {
          look();
        } catch (RuntimeException e) {
          LOG.error("event=kea_watch_failed", e);
          gaps.open("a fault of this program: " + e);
        }
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      LOG.debug("event=kea_watch_over");
    }
  }

  private void look() throws InterruptedException {
    if (isDue(pulseNanos, PULSE_EVERY)) {
      pulseNanos = System.nanoTime();
      findKea();
    }
    Followed kea = current;
    if (kea == null || feed.isLate()) {
      return;
    }
    if (isDue(aliveNanos, aliveEvery)) {
      aliveNanos = System.nanoTime();
      aliveEvery = alivePeriod.ask();
      feed.tell(Item.newBuilder().setAlive(Alive.getDefaultInstance()).build());
    }
    rechecks.run(kea.server());
    boolean isWanted = gaps.gap().isPresent() || isDue(reconciledNanos, options.reconcileEvery());
    // Where some leases were refused, and nothing has happened since, soon is no better than later.
    Duration rest = gaps.causes() == refusedCauses ? options.reconcileEvery() : pause;
    if (isWanted && isReady.getAsBoolean() && !whole.isEmpty() && isDue(endedNanos, rest)) {
      reconcile();
    }
  }

  private static boolean isDue(@Nullable Long lastNanos, Duration every) {
    return lastNanos == null || System.nanoTime() - lastNanos >= every.toNanos();
  }

  // Never without a pause: Kea serves nobody else while it reads a page.
  private void reconcile() throws InterruptedException {
    long begun = System.nanoTime();
    long causes = gaps.causes();
    Reconciler.Outcome outcome = reconciler.run(whole);
    long now = System.nanoTime();
    endedNanos = now;
    Duration took = Duration.ofNanos(now - begun).multipliedBy(PAUSE_SHARE);
    switch (outcome) {
      case WHOLE -> {
        gaps.reconciled(causes);
        reconciledNanos = now;
        again = AGAIN_MIN;
      }
      case REFUSED -> {
        refusedCauses = causes;
        again = AGAIN_MIN;
      }
      case BROKEN_OFF -> {
        Duration doubled = again.multipliedBy(2);
        again = doubled.compareTo(AGAIN_MAX) > 0 ? AGAIN_MAX : doubled;
      }
    }
    pause = took.compareTo(again) > 0 ? took : again;
  }

  // The first that serves is followed; compared is with all that know all leases.
  private void findKea() throws InterruptedException {
    StringBuilder obstacles = new StringBuilder();
    List<KeaServer> fit = new ArrayList<>();
    Followed first = null;
    for (KeaServer kea : keas) {
      try {
        long sent = System.currentTimeMillis();
        Pulse pulse = kea.pulse();
        if (UNFIT.contains(pulse.state())) {
          obstacles.append("; ").append(kea.uri()).append(" is in state ").append(pulse.state());
          continue;
        }
        if (first == null) {
          first = answered(kea, pulse, (sent + System.currentTimeMillis()) / 2);
        }
        if (!PARTED.contains(pulse.state()) && pulse.unsent() == 0) {
          fit.add(kea);
        }
      } catch (IOException e) {
        obstacles.append("; ").append(e.getMessage());
      }
    }
    whole = fit;
    current = first;
    if (first == null) {
      metrics.kea(false, 0);
      if (!isSilent) {
        LOG.warn(
            "event=kea_silent {} (no sign of life is told, and nothing compared, until it serves)",
            obstacles.substring(2));
      }
      isSilent = true;
    } else if (fit.isEmpty() != isParted) {
      isParted = fit.isEmpty();
      LOG.warn(
          "event=kea_pair {}",
          isParted
              ? "no server of the pair knows what the other does: nothing is compared until then"
              : "the servers of the pair know of each other again");
    }
  }

  private Followed answered(KeaServer kea, Pulse pulse, long hereMillis) {
    if (isSilent) {
      LOG.info("event=kea_answers {} in state {}", kea.uri(), pulse.state());
    }
    isSilent = false;
    long skewMillis = clock.heard(pulse.clock(), hereMillis);
    metrics.kea(true, skewMillis / 1e3);
    boolean isSkewed = Math.abs(skewMillis) >= SKEW_TOLD.toMillis();
    if (isSkewed != isSkewTold) {
      LOG.warn("event=kea_clock_skew Kea's clock is {} ms off this host's", skewMillis);
      isSkewTold = isSkewed;
    }
    Followed now =
        new Followed(
            kea,
            pulse.clock().getEpochSecond() - pulse.uptimeSeconds(),
            pulse.clock().getEpochSecond() - pulse.reloadSeconds());
    Followed before = last;
    last = now;
    if (before == null) {
      LOG.info("event=kea_found {} in state {}", kea.uri(), pulse.state());
    } else if (kea != before.server()) {
      gaps.open(kea.uri() + " serves instead of " + before.server().uri());
    } else if (now.started() > before.started() + ROUNDING_SECONDS) {
      gaps.open(kea.uri() + " was started anew at " + Instant.ofEpochSecond(now.started()));
    } else if (now.reloaded() > before.reloaded() + ROUNDING_SECONDS) {
      gaps.open(kea.uri() + " was configured anew at " + Instant.ofEpochSecond(now.reloaded()));
    }
    return now;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
