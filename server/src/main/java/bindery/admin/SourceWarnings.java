package bindery.admin;

import bindery.log.v1.Job;
import bindery.log.v1.Source;
import bindery.log.v1.Sweep;
import bindery.store.LeaseFight;
import bindery.store.SourceObservation;
import bindery.store.SourceObservation.Share;
import bindery.store.SourceObservation.Unlinked;
import bindery.store.StoreView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What is the matter with the sources, by what a node holds and has seen. */
final class SourceWarnings {
  private static final long CLOCK_OFF_MILLIS = 5_000;
  private static final int EXAMPLES_MAX = 3;

  private final StoreView view;
  private final List<SourceWarning> warnings = new ArrayList<>();

  private SourceWarnings(StoreView view) {
    this.view = view;
  }

  /** All of them, source by source, then those about two. */
  static List<SourceWarning> of(StoreView view) {
    SourceWarnings found = new SourceWarnings(view);
    List<Source> sources = view.sources();
    sources.forEach(found::judge);
    found.fights(sources);
    found.heldSweeps();
    return found.warnings;
  }

  private void add(SourceWarning.Kind kind, String source, String text) {
    warnings.add(new SourceWarning(kind, List.of(source), "source " + source + " " + text));
  }

  private void heldSweeps() {
    for (Job job : view.jobs()) {
      if (job.getSweep().getPhase() == Sweep.Phase.HELD) {
        String name = job.getSweep().getSource();
        add(
            SourceWarning.Kind.SWEEP_HELD,
            name,
            "did not name "
                + job.getSweep().getGoing()
                + " of its "
                + job.getSweep().getLive()
                + " live leases in its last resync: that is more than may go unasked (sweep-limit),"
                + " so nothing was let go of. See whether its server has lost its leases; if all is"
                + " right: bindery source accept-sweep "
                + name);
      }
    }
  }

  private void judge(Source source) {
    SourceObservation seen = view.observed(source);
    String name = source.getName();
    if (seen.relayed().isScarce()) {
      add(SourceWarning.Kind.NO_RELAYS, name, relays(seen.relayed()));
    } else if (seen.withRelayId().isScarce()) {
      add(SourceWarning.Kind.NO_RELAY_IDS, name, relayIds(seen.withRelayId()));
    }
    if (!seen.unlinked().isEmpty()) {
      add(SourceWarning.Kind.UNKNOWN_LINK, name, unlinked(seen));
    }
    if (Math.abs(seen.skewMillis().orElse(0)) >= CLOCK_OFF_MILLIS) {
      add(SourceWarning.Kind.CLOCK, name, clock(seen.skewMillis().orElse(0)));
    }
    if (view.isSilent(source)) {
      add(SourceWarning.Kind.SILENT, name, silence(source));
    }
  }

  private static String relays(Share share) {
    return "tells leases without relays: "
        + share.had()
        + " of its last "
        + share.of()
        + " exchanges name one (expected 1 in 100 or more), and queries by relay-ID or remote-ID"
        + " find no others. If its clients are relayed, have it tell the relays (Kea:"
        + " store-extended-info: true)";
  }

  private static String relayIds(Share share) {
    return "tells no relay-IDs: "
        + share.had()
        + " of its last "
        + share.of()
        + " relayed exchanges carry one (expected 1 in 100 or more), and queries by relay-ID find no"
        + " others. Have the relays send the Relay-ID option (53), or ask by link or remote-ID";
  }

  private static String unlinked(SourceObservation seen) {
    return "tells leases on unknown links: "
        + seen.unlinkedPuts()
        + " of its updates since this node started are on no link, such as "
        + seen.unlinked().stream()
            .limit(EXAMPLES_MAX)
            .map(SourceWarnings::example)
            .collect(Collectors.joining("; "))
        + ". Queries by link do not find them: put the link with its prefixes, or its subnet id or"
        + " alias (bindery link put, bindery link import-kea)";
  }

  private static String example(Unlinked unlinked) {
    StringBuilder text = new StringBuilder(unlinked.lease().toString());
    unlinked.subnetId().ifPresent(id -> text.append(" with subnet id ").append(id));
    if (unlinked.linkAddress() != null) {
      text.append(" with link-address ").append(unlinked.linkAddress());
    }
    return text.toString();
  }

  private static String clock(long skewMillis) {
    return String.format(
        Locale.ROOT,
        "has a clock %.1fs %s the cluster's (expected less than %ds): check the time"
            + " synchronization of the host that it is, or that its feeder runs on",
        Math.abs(skewMillis) / 1e3,
        skewMillis > 0 ? "ahead of" : "behind",
        CLOCK_OFF_MILLIS / 1_000);
  }

  private String silence(Source source) {
    long quietSeconds = (view.clusterTimeMillis() - source.getLastItemMillis()) / 1_000;
    return "is silent: nothing was heard of it for "
        + quietSeconds
        + "s (expected something every "
        + SettingsText.duration(view.settingsInForce().getSourceSilentAfterSeconds())
        + "). See to its feeder, and that it reaches its server: until then no answer is empty"
        + " where what the source held has run out";
  }

  private void fights(List<Source> sources) {
    Map<Integer, String> names = new HashMap<>();
    sources.forEach(source -> names.put(source.getId(), source.getName()));
    Map<List<String>, List<LeaseFight>> byPair = new LinkedHashMap<>();
    for (LeaseFight fight : view.fights()) {
      String from = names.get(fight.from());
      String by = names.get(fight.by());
      if (from != null && by != null) { // else one was removed meanwhile
        List<String> pair = from.compareTo(by) < 0 ? List.of(from, by) : List.of(by, from);
        byPair.computeIfAbsent(pair, unused -> new ArrayList<>()).add(fight);
      }
    }
    byPair.forEach((pair, fights) -> warnings.add(fight(pair, fights)));
  }

  private static SourceWarning fight(List<String> pair, List<LeaseFight> fights) {
    LeaseFight last = fights.get(fights.size() - 1);
    return new SourceWarning(
        SourceWarning.Kind.FIGHT,
        pair,
        "sources "
            + String.join(" and ", pair)
            + " fight over "
            + (fights.size() == 1 ? "a lease: " : fights.size() + " leases, such as ")
            + last.lease()
            + ", put "
            + last.takeovers()
            + " times for another client while the other one held it live (expected one client for"
            + " each lease). Give the servers pools that do not overlap, or stop feeding for the one"
            + " that is out of use (bindery source remove)");
  }
}
