package bindery.deploy.kea;

import bindery.deploy.PackagedProgram;
import bindery.deploy.WireData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells, held against Kea's word: each lease once, on its link, under its client, with
 * what is left of its lifetimes, and found by the relay-IDs and remote-IDs that it came with.
 *
 * <p>A lease that runs out just then may be told of or not; nothing else is left open.
 */
final class Comparison {
  // Kea, the cluster's clock and the requestor each round to seconds, and an answer takes a while.
  private static final long SECONDS_SLACK = 4;
  private static final int REMOTES_MAX = 40;
  private static final int TOLD_MAX = 12;

  private final Node node;
  private final Truth truth;
  private final Set<String> seen = new HashSet<>();
  private final List<String> faults = new ArrayList<>();
  private int compared;

  private Comparison(Node node, Truth truth) {
    this.node = node;
    this.truth = truth;
  }

  /**
   * Compares what is asked for by octets, by each way to ask.
   *
   * @param kea no exchange is under way
   */
  static Comparison of(Kea kea, Node node) throws IOException {
    Comparison comparison = new Comparison(node, Truth.of(kea));
    for (String link : KeaConfig.links()) {
      long before = now();
      comparison.link(link, Told.ofLink(node, link), before);
    }
    comparison.missing();
    comparison.ids();
    return comparison;
  }

  /** Compares what {@code bindery query link} prints. */
  static Comparison of(Kea kea, Node node, PackagedProgram program) throws IOException {
    Comparison comparison = new Comparison(node, Truth.of(kea));
    for (String link : KeaConfig.links()) {
      long before = now();
      comparison.link(link, Told.ofLink(program, node, link), before);
    }
    comparison.missing();
    return comparison;
  }

  /** Fails with the differences, if there are any. */
  void check() {
    if (!faults.isEmpty()) {
      throw new AssertionError(
          node.leasequery()
              + " differs from Kea in "
              + faults.size()
              + " of "
              + compared
              + ":\n"
              + String.join("\n", faults.subList(0, Math.min(TOLD_MAX, faults.size()))));
    }
  }

  private static long now() {
    return System.currentTimeMillis() / 1_000;
  }

  private boolean mustBeTold(Truth.Lease lease) {
    return lease.lastsUntil(now() + SECONDS_SLACK);
  }

  private boolean mayBeTold(Truth.Lease lease) {
    return lease.lastsUntil(truth.at() - SECONDS_SLACK);
  }

  // What a node told of a link, which it was asked for at that instant.
  private void link(String link, List<WireData> told, long before) {
    for (WireData binding : told) {
      long newest = 0;
      for (Map.Entry<String, WireData.Lifetimes> lease : binding.leases().entrySet()) {
        Truth.Lease expected = truth.leases().get(lease.getKey());
        if (!seen.add(lease.getKey())) {
          faults.add("twice: " + lease.getKey() + " of " + binding.client());
        } else if (expected == null || !mayBeTold(expected)) {
          faults.add("extra: " + lease + " of " + binding.client() + ", to Kea " + expected);
        } else {
          if (!binding.client().equals(expected.client()) || !link.equals(expected.link())) {
            faults.add("holder: " + lease + " of " + binding.client() + ", to Kea " + expected);
          }
          if (!isNear(lease.getValue().valid(), expected.validUntil(), before)
              || !isNear(lease.getValue().preferred(), expected.preferredUntil(), before)) {
            faults.add("lifetimes: " + lease + " at " + before + ", to Kea " + expected);
          }
          newest = Math.max(newest, expected.cltt());
        }
      }
      if (binding.cltAge() > now() - newest + SECONDS_SLACK) {
        faults.add("age: " + binding + ", to Kea it was heard at " + newest);
      }
    }
  }

  private void missing() {
    truth
        .leases()
        .forEach(
            (key, lease) -> {
              compared++;
              if (mustBeTold(lease) && !seen.contains(key)) {
                faults.add("missing: " + key + ", " + lease);
              }
            });
  }

  private static boolean isNear(long told, long until, long before) {
    if (told == Truth.INFINITE || until == Truth.INFINITE) {
      return told == until;
    }
    return told <= Math.max(0, until - before) + SECONDS_SLACK
        && told >= until - now() - SECONDS_SLACK;
  }

  private void ids() throws IOException {
    Map<String, Truth.Lease> newest = truth.newest();
    Set<String> relays = all(newest.values().stream().map(Truth.Lease::relays).toList());
    for (String relay : relays) {
      held("relay " + relay, newest, Told.ofRelay(node, relay), l -> l.relays().contains(relay));
    }
    List<String> remotes =
        List.copyOf(all(newest.values().stream().map(Truth.Lease::remotes).toList()));
    int step = Math.max(1, remotes.size() / REMOTES_MAX);
    for (int i = 0; i < remotes.size(); i += step) {
      String remote = remotes.get(i);
      held(
          "remote " + remote,
          newest,
          Told.ofRemote(node, remote),
          l -> l.remotes().contains(remote));
    }
  }

  private static Set<String> all(Collection<Set<String>> sets) {
    return sets.stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
  }

  private void held(
      String query,
      Map<String, Truth.Lease> newest,
      Set<String> told,
      java.util.function.Predicate<Truth.Lease> isMeant) {
    for (Map.Entry<String, Truth.Lease> entry : truth.leases().entrySet()) {
      Truth.Lease lease = entry.getValue();
      Truth.@Nullable Lease binding = newest.get(lease.binding());
      boolean isExpected = binding != null && isMeant.test(binding);
      if (isExpected && mustBeTold(lease) && !told.contains(entry.getKey())) {
        faults.add("missing by " + query + ": " + entry.getKey() + ", " + lease);
      }
      if (!isExpected && told.contains(entry.getKey())) {
        faults.add("extra by " + query + ": " + entry.getKey() + ", to Kea " + lease);
      }
    }
  }
}
