package bindery.deploy.kea;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * Whether what a client was just answered is in the store: asks one node after the other by the
 * client's DUID, and judges the first answer. Only while what feeds has a gap open, in which it
 * answers Kea at once and repairs later, may the store not know yet.
 */
final class StoreWitness implements Load.Witness {
  // A node that was just killed does not answer, and an election may take a few seconds.
  private static final long ANSWER_SECONDS_MAX = 20;

  private final Site site;
  private final Path gap;
  private final AtomicInteger turn = new AtomicInteger();
  private final LongAdder excused = new LongAdder();

  /**
   * Of that site.
   *
   * @param gap a file that is there as long as a gap is open
   */
  StoreWitness(Site site, Path gap) {
    this.site = site;
    this.gap = gap;
  }

  /** How many answers the store did not know of while a gap was open. */
  long excused() {
    return excused.sum();
  }

  @Override
  public void see(Client client, List<Client.Lease> told, List<Client.Lease> gone)
      throws IOException {
    boolean isGapOpen = Files.exists(gap);
    Set<String> found = ask(client);
    List<String> missing = keys(told).stream().filter(key -> !found.contains(key)).toList();
    List<String> extra = keys(gone).stream().filter(found::contains).toList();
    if (missing.isEmpty() && extra.isEmpty()) {
      return;
    }
    excused.increment();
    if (!isGapOpen && !Files.exists(gap)) {
      throw new AssertionError(
          HexFormat.of().formatHex(client.duid())
              + " was answered, and of what it was told "
              + missing
              + " is missing, "
              + extra
              + " is still there; found: "
              + found);
    }
  }

  private static Set<String> keys(List<Client.Lease> leases) {
    return leases.stream().map(Client.Lease::key).collect(Collectors.toSet());
  }

  private Set<String> ask(Client client) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS_MAX);
    IOException last = new IOException("no node runs");
    while (System.nanoTime() < end) {
      List<Node> living = site.living();
      Node node = living.get(Math.floorMod(turn.getAndIncrement(), living.size()));
      try {
        return Told.ofClient(node, client.duid());
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }
}
