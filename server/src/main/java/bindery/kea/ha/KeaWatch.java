package bindery.kea.ha;

import bindery.kea.AlivePeriod;
import bindery.kea.KeaLease;
import bindery.kea.LeaseJson;
import bindery.kea.MalformedRowException;
import bindery.kea.ha.KeaServer.Pulse;
import bindery.model.Ipv6Address;
import bindery.v1.Alive;
import bindery.v1.EndReason;
import bindery.v1.Exchange;
import bindery.v1.Item;
import bindery.v1.LeaseUpdate;
import bindery.v1.LeaseUpdate.Operation;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at Kea every ten seconds: whether it answers, whether it was started anew, how its clock
 * goes; asks for the leases whose updates may have overtaken each other; and has the whole compared
 * when that is due. One thread of its own.
 */
final class KeaWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeaWatch.class);
  private static final long LOOK_MILLIS = 500;
  private static final Duration PULSE_EVERY = Duration.ofSeconds(10);
  private static final Duration AGAIN_MIN = Duration.ofSeconds(2);
  private static final Duration AGAIN_MAX = Duration.ofMinutes(2);
  private static final Duration SKEW_TOLD = Duration.ofSeconds(5);
  // States in which a server of a pair does not know, or serve, all leases.
  private static final Set<String> UNFIT =
      Set.of("waiting", "syncing", "ready", "offline", "backup", "unavailable");

  private final HaOptions options;
  private final List<KeaServer> keas;
  private final LiveFeed feed;
  private final Reconciler reconciler;
  private final Overtakings overtakings;
  private final Gaps gaps;
  private final HaMetrics metrics;
  private final KeaClock clock;
  private final AlivePeriod alivePeriod;
  private final BooleanSupplier isReady;
  private final Thread thread;

  private @Nullable KeaServer current;
  private long startedSeconds; // when the current Kea was started, by its own word
  private @Nullable Long pulseNanos;
  private @Nullable Long aliveNanos;
  private @Nullable Long reconciledNanos;
  private @Nullable Long failedNanos;
  private Duration again = AGAIN_MIN;
  private Duration aliveEvery = AGAIN_MIN;
  private boolean isSilent;
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
      Overtakings overtakings,
      Gaps gaps,
      HaMetrics metrics,
      KeaClock clock,
      AlivePeriod alivePeriod,
      BooleanSupplier isReady) {
    this.options = options;
    this.keas = keas;
    this.feed = feed;
    this.reconciler = reconciler;
    this.overtakings = overtakings;
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
        look();
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
    KeaServer kea = current;
    if (kea == null || feed.isLate()) {
      return;
    }
    if (isDue(aliveNanos, aliveEvery)) {
      aliveNanos = System.nanoTime();
      aliveEvery = alivePeriod.ask();
      var unused =
          feed.take(List.of(Item.newBuilder().setAlive(Alive.getDefaultInstance()).build()));
    }
    for (Exchange seen : overtakings.take()) {
      recheck(kea, seen);
    }
    boolean isWanted = gaps.gap().isPresent() || isDue(reconciledNanos, options.reconcileEvery());
    if (isWanted && isReady.getAsBoolean() && isDue(failedNanos, again)) {
      reconcile(kea);
    }
  }

  private static boolean isDue(@Nullable Long lastNanos, Duration every) {
    return lastNanos == null || System.nanoTime() - lastNanos >= every.toNanos();
  }

  private void reconcile(KeaServer kea) throws InterruptedException {
    long causes = gaps.causes();
    if (reconciler.run(kea)) {
      gaps.reconciled(causes);
      reconciledNanos = System.nanoTime();
      failedNanos = null;
      again = AGAIN_MIN;
    } else {
      failedNanos = System.nanoTime();
      Duration doubled = again.multipliedBy(2);
      again = doubled.compareTo(AGAIN_MAX) > 0 ? AGAIN_MAX : doubled;
    }
  }

  // The first that serves.
  private void findKea() throws InterruptedException {
    StringBuilder obstacles = new StringBuilder();
    for (KeaServer kea : keas) {
      try {
        long sent = System.currentTimeMillis();
        Pulse pulse = kea.pulse(options.feeder());
        if (!UNFIT.contains(pulse.state())) {
          answered(kea, pulse, (sent + System.currentTimeMillis()) / 2);
          return;
        }
        obstacles.append("; ").append(kea.uri()).append(" is in state ").append(pulse.state());
      } catch (IOException e) {
        obstacles.append("; ").append(e.getMessage());
      }
    }
    current = null;
    metrics.kea(false, 0);
    if (!isSilent) {
      LOG.warn(
          "event=kea_silent {} (no sign of life is told, and nothing compared, until it serves)",
          obstacles.substring(2));
    }
    isSilent = true;
  }

  private void answered(KeaServer kea, Pulse pulse, long hereMillis) {
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
    long started = pulse.clock().getEpochSecond() - pulse.uptimeSeconds();
    if (current == null && startedSeconds == 0) {
      LOG.info("event=kea_found {} in state {}", kea.uri(), pulse.state());
    } else if (kea != current && current != null) {
      gaps.open(kea.uri() + " serves instead of " + current.uri());
    } else if (started > startedSeconds + SKEW_TOLD.toSeconds()) {
      gaps.open(kea.uri() + " was started anew at " + Instant.ofEpochSecond(started));
    }
    startedSeconds = started;
    current = kea;
  }

  // What Kea holds is told as an update, which overrules what came in whichever order.
  private void recheck(KeaServer kea, Exchange seen) {
    metrics.rechecked();
    LeaseUpdate lease = seen.getLeases(0);
    String address = Ipv6Address.of(lease.getAddress().toByteArray()).toString();
    try {
      List<JsonNode> page = kea.page(before(lease.getAddress().toByteArray()), 1);
      Exchange held = removed(seen);
      if (!page.isEmpty()) {
        KeaLease read = LeaseJson.read(page.get(0));
        Exchange told = read.exchange();
        if (told.getLeases(0).getAddress().equals(lease.getAddress())) {
          held = told;
        }
      }
      var unused = feed.take(List.of(Item.newBuilder().setExchange(held).build()));
    } catch (IOException | MalformedRowException e) {
      gaps.open("could not ask Kea for " + address + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String before(byte[] address) {
    byte[] less = new BigInteger(1, address).subtract(BigInteger.ONE).toByteArray();
    byte[] padded = new byte[16];
    int length = Math.min(16, less.length);
    System.arraycopy(less, less.length - length, padded, 16 - length, length);
    return Ipv6Address.of(padded).toString();
  }

  private static Exchange removed(Exchange seen) {
    LeaseUpdate lease = seen.getLeases(0);
    return seen.toBuilder()
        .clearLeases()
        .addLeases(
            LeaseUpdate.newBuilder()
                .setOperation(Operation.END)
                .setKind(lease.getKind())
                .setAddress(lease.getAddress())
                .setPrefixLength(lease.getPrefixLength())
                .setEndReason(seen.getClient().isEmpty() ? EndReason.DECLINED : EndReason.REMOVED))
        .build();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
