package bindery.raft;

import bindery.log.v1.Command;
import bindery.log.v1.SetCluster;
import bindery.raft.MemberExchange.Heard;
import bindery.store.StoreView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What came of an attempt to raise the cluster's level by one.
 *
 * @param level what the cluster follows now
 * @param levelSupported the highest that this node's program knows
 * @param isRaised whether the attempt raised it
 * @param obstacles why it did not, a sentence part for each member in the way; also empty if this
 *     node's program knows no higher level
 */
public record LevelUpgrade(
    int level, int levelSupported, boolean isRaised, List<String> obstacles) {
  private static final Duration HEARD_MAX = Duration.ofSeconds(10);

  /** Copies the list. */
  public LevelUpgrade {
    obstacles = List.copyOf(obstacles);
  }

  /** Goes by the rows of this node, which hold all that was acknowledged before. */
  static CompletableFuture<LevelUpgrade> attempt(ReplicaParts parts) {
    int supported = parts.store().levelSupported();
    int held;
    try (StoreView view = parts.store().view()) {
      held = view.level();
    }
    if (held >= supported) {
      return CompletableFuture.completedFuture(new LevelUpgrade(held, supported, false, List.of()));
    }
    int wanted = held + 1;
    List<String> obstacles = new ArrayList<>();
    for (String other : parts.peers().others()) {
      obstacle(other, parts.members().heard(other), wanted, System.nanoTime())
          .ifPresent(obstacles::add);
    }
    if (!obstacles.isEmpty()) {
      return CompletableFuture.completedFuture(new LevelUpgrade(held, supported, false, obstacles));
    }
    // Of the new level itself, so that an older program stops right here and not at its next start.
    Command raise =
        Command.newBuilder()
            .setLevel(wanted)
            .setSetCluster(SetCluster.newBuilder().setLevel(wanted))
            .build();
    return parts
        .proposals()
        .propose(raise)
        .thenApply(unused -> new LevelUpgrade(wanted, supported, true, List.of()));
  }

  /** Why that member cannot follow a level; empty if it can. */
  static Optional<String> obstacle(
      String member, Optional<Heard> heard, int wanted, long nowNanos) {
    if (heard.isEmpty()) {
      return Optional.of("member " + member + " has not been heard of");
    }
    long agoNanos = nowNanos - heard.get().nanos();
    if (agoNanos > HEARD_MAX.toNanos()) {
      return Optional.of(
          "member "
              + member
              + " was last heard of "
              + TimeUnit.NANOSECONDS.toSeconds(agoNanos)
              + " s ago");
    }
    int supported = heard.get().progress().getLevelSupported();
    return supported >= wanted
        ? Optional.empty()
        : Optional.of(
            "member "
                + member
                + (supported == 0 ? " tells no level" : " supports level " + supported)
                + " (expected "
                + wanted
                + " or above)");
  }
}
