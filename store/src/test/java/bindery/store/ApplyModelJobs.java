package bindery.store;

import bindery.log.v1.LinkResult;
import bindery.log.v1.SourceResult;
import bindery.log.v1.Step;
import bindery.log.v1.StepResult;
import bindery.log.v1.Sweep;
import bindery.model.LeaseKey;
import bindery.store.ApplyModelState.Held;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of an {@link ApplyModel}, each a list of steps over its bindings or leases in key order.
 */
final class ApplyModelJobs {
  /** Of a source's live leases, how many in a thousand one sweep may end. */
  static final int SWEEP_PERMILLE = 300;

  private static final long REMOVED = Long.MAX_VALUE;

  private final ApplyModel model;
  private final JobLimits limits;
  private final List<ModelJob> jobs = new ArrayList<>();
  private final Set<LeaseKey> keptForSilent = new TreeSet<>();
  private long lastId;

  /** A job; without a source it re-homes, and of the last generation it removes the source. */
  private static final class ModelJob {
    final long id;
    final String source;
    final long generation;
    final Set<Integer> changed = new TreeSet<>();
    Sweep.Phase phase = Sweep.Phase.COUNTING;
    long live;
    long going;
    byte[] cursor = new byte[0];

    ModelJob(long id, String source, long generation) {
      this.id = id;
      this.source = source;
      this.generation = generation;
    }
  }

  ApplyModelJobs(ApplyModel model, JobLimits limits) {
    this.model = model;
    this.limits = limits;
  }

  /** The step that is due of one of them; one of no job if there is none. */
  Step due(int number) {
    if (jobs.isEmpty()) {
      return Step.newBuilder().setJob(lastId + 1).build();
    }
    ModelJob job = jobs.get(Math.floorMod(number, jobs.size()));
    return Step.newBuilder().setJob(job.id).setCursor(ByteString.copyFrom(job.cursor)).build();
  }

  /** The links whose change is being carried out. */
  Set<Integer> changed() {
    return jobs.stream()
        .filter(job -> job.source.isEmpty())
        .findFirst()
        .map(job -> job.changed)
        .orElse(Set.of());
  }

  boolean isRehoming() {
    return jobs.stream().anyMatch(job -> job.source.isEmpty());
  }

  void sweep(String source, long generation) {
    jobs.removeIf(job -> job.source.equals(source));
    jobs.add(new ModelJob(++lastId, source, generation));
  }

  SourceResult remove(String source, long now) {
    jobs.removeIf(job -> job.source.equals(source));
    ModelJob job = new ModelJob(++lastId, source, REMOVED);
    job.phase = Sweep.Phase.SWEEPING;
    jobs.add(job);
    return SourceResult.newBuilder().setJob(take(job, now).getDone() ? 0 : job.id).build();
  }

  void rehome(LinkResult.Builder told, int changed, long now) {
    ModelJob job = new ModelJob(++lastId, "", 0);
    job.changed.add(changed);
    job.changed.addAll(changed());
    jobs.removeIf(other -> other.source.isEmpty());
    jobs.add(job);
    StepResult first = take(job, now);
    told.setBindingsMoved(first.getChanged()).setJob(first.getDone() ? 0 : job.id);
  }

  @Nullable SourceResult accept(String source, long now) {
    for (ModelJob job : List.copyOf(jobs)) {
      if (job.source.equals(source) && job.phase == Sweep.Phase.HELD) {
        job.phase = Sweep.Phase.SWEEPING;
        return SourceResult.newBuilder().setJob(take(job, now).getDone() ? 0 : job.id).build();
      }
    }
    return null;
  }

  StepResult step(Step step, long now) {
    for (ModelJob job : List.copyOf(jobs)) {
      if (job.id == step.getJob() && Arrays.equals(job.cursor, step.getCursor().toByteArray())) {
        return take(job, now);
      }
    }
    return StepResult.getDefaultInstance();
  }

  private StepResult take(ModelJob job, long now) {
    StepResult.Builder result = StepResult.newBuilder().setTaken(true);
    if (job.phase == Sweep.Phase.HELD) {
      return result.setDone(true).build();
    }
    SortedMap<byte[], BooleanSupplier> ahead = new TreeMap<>(Arrays::compareUnsigned);
    if (job.source.isEmpty()) {
      for (BindingKey key : model.bindings().keySet()) {
        ahead.put(key.octets(), () -> model.rehome(key, job.changed, now));
      }
    } else {
      for (LeaseKey key : model.leases().keySet()) {
        ahead.put(Keys.lease(0, key), () -> visit(job, key, now));
      }
      for (LeaseKey key : model.ended().keySet()) {
        ahead.put(Keys.lease(0, key), () -> false);
      }
    }
    List<Map.Entry<byte[], BooleanSupplier>> due =
        List.copyOf(ahead.tailMap(job.cursor).entrySet());
    boolean isEnd = due.size() <= limits.reads();
    List<Map.Entry<byte[], BooleanSupplier>> here = isEnd ? due : due.subList(0, limits.reads());
    // As in the store, what comes to be by the step itself is not visited by it.
    long changed = here.stream().filter(row -> row.getValue().getAsBoolean()).count();
    job.cursor = isEnd ? new byte[0] : due.get(limits.reads()).getKey();
    result.setVisited(here.size()).setChanged(changed);
    if (isEnd && job.phase == Sweep.Phase.COUNTING && !job.source.isEmpty()) {
      boolean isAll = job.going == job.live && job.live > limits.sweepAllFree();
      boolean tooMany =
          isAll || job.going > Math.max(limits.sweepFree(), job.live * SWEEP_PERMILLE / 1_000);
      job.phase = tooMany ? Sweep.Phase.HELD : Sweep.Phase.SWEEPING;
      return result.setDone(tooMany).build();
    }
    if (isEnd) {
      jobs.remove(job);
    }
    return result.setDone(isEnd).build();
  }

  /** Counts a lease, or takes the source off it if its mark is older; whether it was changed. */
  private boolean visit(ModelJob job, LeaseKey key, long now) {
    Held held = model.leases().get(key);
    Long mark = held == null ? null : held.holders().get(job.source);
    if (held == null || mark == null) {
      return false;
    }
    if (job.phase == Sweep.Phase.COUNTING) {
      job.live += held.validEnd() > now ? 1 : 0;
      job.going += held.validEnd() > now && mark < job.generation ? 1 : 0;
      return false;
    }
    if (mark >= job.generation) {
      return false;
    }
    Map<String, Long> holders = new TreeMap<>(held.holders());
    holders.remove(job.source);
    if (holders.isEmpty()) {
      BindingKey from = held.binding();
      model.leases().remove(key);
      if (job.generation != REMOVED) {
        model
            .ended()
            .put(
                key,
                new ApplyModelState.Ended(
                    from.client(),
                    held.clt(),
                    held.feeder(),
                    held.sequence(),
                    now,
                    job.source,
                    job.generation));
      }
      model.bindings().computeIfPresent(from, (same, own) -> own.changedAt(now));
      model.dropEmpty();
    } else {
      model.leases().put(key, held.heldBy(holders));
    }
    return true;
  }

  /**
   * Forgets what ended before the cutoff, unless a silent source holds it. What was kept for one
   * may stay for a while, though that is no reason any more.
   *
   * @param stays whether the store has left it so
   */
  void purge(long cutoff, Set<String> silent, Predicate<LeaseKey> stays) {
    for (Map.Entry<LeaseKey, Held> lease : List.copyOf(model.leases().entrySet())) {
      LeaseKey key = lease.getKey();
      if (lease.getValue().validEnd() >= cutoff) {
        continue;
      }
      if (lease.getValue().holders().keySet().stream().anyMatch(silent::contains)) {
        keptForSilent.add(key);
      } else if (!keptForSilent.contains(key) || !stays.test(key)) {
        model.leases().remove(key);
      }
    }
    keptForSilent.retainAll(model.leases().keySet());
    model.ended().values().removeIf(over -> over.at() < cutoff);
    model.dropEmpty();
  }
}
