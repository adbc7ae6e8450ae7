package bindery.deploy.fault;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was told and what was answered, and whether the answers keep the promises.
 *
 * <p>Every feeder has groups, each with {@value #CLIENTS} clients and as many addresses. A batch
 * gives some of its groups their next version: every client of the group then holds another of its
 * addresses, or, at every eighth version, none. So of each group an answer shows
 *
 * <ul>
 *   <li>one version alone, with each client and each address once: no torn entry, no lease twice,
 *       none missing, none that had ended;
 *   <li>none older than what was acknowledged, or answered anywhere, before the query was sent;
 *   <li>none that was not told by the time the answer ended;
 *   <li>no group of a batch older than another group of the same batch.
 * </ul>
 *
 * <p>Any thread.
 */
final class History {
  /** How many clients and addresses a group has. */
  static final int CLIENTS = 4;

  private static final int BATCH_GROUPS_MAX = 3;
  private static final int ENDED_EVERY = 8;

  private final int feeders;
  private final int groups;

  // By feeder and group. All versions begin with 0: nothing told.
  @GuardedBy("this") private final long[][] told;

  // The least that every later answer must show.
  @GuardedBy("this") private final long[][] known;

  @GuardedBy("this") private final Map<Told, Map<Integer, Long>> batches = new HashMap<>();

  private record Told(int feeder, int group, long version) {}

  /** Feeders 1..{@code feeders}, each with groups 0..{@code groups - 1}. */
  History(int feeders, int groups) {
    this.feeders = feeders;
    this.groups = groups;
    told = new long[feeders + 1][groups];
    known = new long[feeders + 1][groups];
  }

  int groups() {
    return groups;
  }

  int feeders() {
    return feeders;
  }

  /** Whether a group's clients hold nothing as of that version. */
  static boolean isEnded(long version) {
    return version % ENDED_EVERY == 0;
  }

  /** The address that a client of a group holds as of that version, as a number below CLIENTS. */
  static int slot(int client, long version) {
    return (int) ((client + version) % CLIENTS);
  }

  /** The next versions of some groups of a feeder; they count as told from now on. */
  synchronized SortedMap<Integer, Long> next(int feeder, Random random) {
    SortedMap<Integer, Long> batch = new TreeMap<>();
    int size = 1 + random.nextInt(BATCH_GROUPS_MAX);
    while (batch.size() < size) {
      int group = random.nextInt(groups);
      batch.computeIfAbsent(group, unused -> ++told[feeder][group]);
    }
    batch.forEach(
        (group, version) -> batches.put(new Told(feeder, group, version), Map.copyOf(batch)));
    return batch;
  }

  /** What {@link #next} gave has been acknowledged. */
  synchronized void acknowledged(int feeder, Map<Integer, Long> batch) {
    batch.forEach((group, version) -> raise(feeder, group, version));
  }

  @GuardedBy("this") private void raise(int feeder, int group, long version) {
    // What no answer may show any more is not asked for again.
    for (long old = known[feeder][group]; old < version; old++) {
      batches.remove(new Told(feeder, group, old));
    }
    known[feeder][group] = Math.max(known[feeder][group], version);
  }

  /** What an answer to a query sent from now on must at least show of a feeder's groups. */
  synchronized long[] known(int feeder) {
    return known[feeder].clone();
  }

  /** The last versions told of a feeder's groups. */
  synchronized long[] told(int feeder) {
    return told[feeder].clone();
  }

  /**
   * Judges a whole answer.
   *
   * @param least what {@link #known(int)} gave before the query was sent
   * @param asked the groups that the answer is about
   * @param shown the version of each group that the answer shows; a group that it shows nothing of
   *     is not in here
   * @return what is wrong with it, a sentence each
   */
  synchronized List<String> judge(
      int feeder, long[] least, List<Integer> asked, Map<Integer, Long> shown) {
    List<String> wrong = new ArrayList<>();
    for (int group : asked) {
      long most = told[feeder][group];
      Long version = shown.get(group);
      String name = "group " + feeder + "/" + group;
      if (version == null) {
        if (least[group] > 0 && !mayBeEnded(least[group], most)) {
          wrong.add(name + " is missing (expected a version " + least[group] + ".." + most + ")");
        }
      } else if (version < least[group] || version > most) {
        wrong.add(
            name + " at version " + version + " (expected " + least[group] + ".." + most + ")");
      } else {
        raise(feeder, group, version);
        judgeBatch(feeder, group, version, asked, shown, wrong);
      }
    }
    return wrong;
  }

  private static boolean mayBeEnded(long least, long most) {
    return (least + ENDED_EVERY - 1) / ENDED_EVERY * ENDED_EVERY <= most;
  }

  @GuardedBy("this") private void judgeBatch(
      int feeder,
      int group,
      long version,
      List<Integer> asked,
      Map<Integer, Long> shown,
      List<String> wrong) {
    Map<Integer, Long> batch = batches.getOrDefault(new Told(feeder, group, version), Map.of());
    batch.forEach(
        (other, atLeast) -> {
          if (!asked.contains(other)) {
            return;
          }
          Long at = shown.get(other);
          if (at == null ? !mayBeEnded(atLeast, told[feeder][other]) : at < atLeast) {
            wrong.add(
                "group %d/%d at version %d beside group %d/%d at version %s: the batch that told the one told version %d of the other"
                    .formatted(feeder, group, version, feeder, other, at, atLeast));
          }
        });
  }
}
