package bindery.kea.ha;

import bindery.feeder.FeedStream;
import bindery.kea.KeaLease;
import bindery.kea.LeaseJson;
import bindery.kea.MalformedRowException;
import bindery.v1.EndSync;
import bindery.v1.Item;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the cluster with Kea in full: tells every lease that a client holds, page by page, as a
 * copy within a sync, so that what Kea does not hold is let go of at its end. Updates that arrive
 * meanwhile count as told. Kea is never made to stop for it. One thread.
 */
final class Reconciler {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
  private static final int PAGES_MAX = 1_000_000;
  private static final int FAULTS_TOLD_MAX = 20;

  private final LiveFeed feed;
  private final int pageLeases;
  private final InstantSource keaClock;
  private final HaMetrics metrics;

  /**
   * Into that feed.
   *
   * @param pageLeases how many leases to ask for at a time; Kea answers nobody else meanwhile
   * @param keaClock by which Kea's leases run
   */
  Reconciler(LiveFeed feed, int pageLeases, InstantSource keaClock, HaMetrics metrics) {
    this.feed = feed;
    this.pageLeases = pageLeases;
    this.keaClock = keaClock;
    this.metrics = metrics;
  }

  /** Counts what could not be told, and tells of the first ones. */
  private static final class Faults {
    private final AtomicLong count = new AtomicLong();

    void add(String what, String reason) {
      if (count.incrementAndGet() <= FAULTS_TOLD_MAX) {
        LOG.warn("event=kea_lease_refused {}: {}", what, reason);
      }
    }

    long count() {
      return count.get();
    }
  }

  /** How a comparison ended. */
  enum Outcome {
    /** Every lease was told: the cluster holds now what Kea does. */
    WHOLE,
    /** All were read, and some refused: nothing is let go of. */
    REFUSED,
    /** Not all were read, or the cluster went away: nothing is let go of. */
    BROKEN_OFF
  }

  /**
   * Compares once; blocks for all of it.
   *
   * @param keas servers that know all leases, one at least: of a pair both are read, so that
   *     nothing is let go of that one of them holds
   */
  Outcome run(List<KeaServer> keas) throws InterruptedException {
    long begun = System.nanoTime();
    Faults faults = new Faults();
    Outcome outcome = Outcome.BROKEN_OFF;
    long told = 0;
    try {
      long stream = feed.awaitStream();
      put(stream, LiveFeed.BEGIN_SYNC, faults);
      boolean isRead = false;
      try {
        for (KeaServer kea : keas) {
          told += tellPages(kea, stream, faults);
        }
        isRead = true;
      } catch (IOException e) {
        LOG.warn("event=kea_reconcile_broken {}", e.getMessage());
      }
      feed.awaitCopies(stream);
      EndSync.Builder end = EndSync.newBuilder().setIncomplete(!isRead || faults.count() > 0);
      put(stream, Item.newBuilder().setEndSync(end).build(), faults);
      feed.awaitCopies(stream);
      if (isRead) {
        outcome = faults.count() == 0 ? Outcome.WHOLE : Outcome.REFUSED;
      }
    } catch (BrokenOffException e) {
      LOG.warn("event=kea_reconcile_broken {}", e.getMessage());
    }
    metrics.reconciled(outcome);
    String whom =
        keas.stream().map(kea -> kea.uri().toString()).collect(Collectors.joining(" and "));
    long millis = (System.nanoTime() - begun) / 1_000_000;
    switch (outcome) {
      case WHOLE ->
          LOG.info("event=kea_reconciled with {}: {} leases held, {} ms", whom, told, millis);
      case REFUSED ->
          LOG.warn(
              "event=kea_reconcile_refused with {}: {} leases held, {} of them refused, {} ms: nothing"
                  + " is let go of",
              whom,
              told,
              faults.count(),
              millis);
      case BROKEN_OFF ->
          LOG.warn(
              "event=kea_reconcile_broken with {} after {} leases and {} ms: nothing is let go of,"
                  + " and it is tried again",
              whom,
              told,
              millis);
    }
    return outcome;
  }

  private long tellPages(KeaServer kea, long stream, Faults faults)
      throws IOException, BrokenOffException, InterruptedException {
    long told = 0;
    String from = "start";
    for (int page = 0; page < PAGES_MAX; page++) {
      List<JsonNode> leases = kea.page(from, pageLeases);
      for (JsonNode lease : leases) {
        told += tell(lease, stream, faults) ? 1 : 0;
      }
      if (leases.size() < pageLeases) {
        return told;
      }
      String last = leases.get(leases.size() - 1).path("ip-address").asText("");
      if (last.isEmpty() || last.equals(from)) {
        throw new IOException(kea.uri() + ": a page behind " + from + " that ends with no other");
      }
      from = last;
    }
    throw new IOException(kea.uri() + ": more than " + PAGES_MAX + " pages (name a larger --page)");
  }

  // Only what a client holds may be told as a copy; whatever else stands there is let go of.
  private boolean tell(JsonNode lease, long stream, Faults faults)
      throws BrokenOffException, InterruptedException {
    String address = lease.path("ip-address").asText("a lease without ip-address");
    try {
      KeaLease read = LeaseJson.read(lease);
      if (read.isActive(keaClock.instant().getEpochSecond())) {
        Item item =
            Item.newBuilder().setExchange(read.exchange().toBuilder().setCopy(true)).build();
        if (item.getSerializedSize() > FeedStream.ITEM_BYTES_MAX) {
          faults.add(address, "relays of " + item.getSerializedSize() + " octets");
          return false;
        }
        feed.putCopy(stream, item, reason -> faults.add(address, reason));
        return true;
      }
    } catch (MalformedRowException e) {
      faults.add(address, String.valueOf(e.getMessage()));
    }
    return false;
  }

  private void put(long stream, Item item, Faults faults)
      throws BrokenOffException, InterruptedException {
    feed.putCopy(stream, item, reason -> faults.add("the sync", reason));
  }
}
