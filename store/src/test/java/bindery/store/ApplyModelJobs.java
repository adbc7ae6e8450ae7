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
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The jobs of an {@link ApplyModel}, each a list of steps over its bindings in key order. */
final class ApplyModelJobs {
  /** Of a source's live leases, how many in a thousand one sweep may end. */
  static final int SWEEP_PERMILLE = 300;

  private final ApplyModel model;
  private final JobLimits limits;
  private final List<ModelJob> jobs = new ArrayList<>();
  private long lastId;

  /** A job; without a source it re-homes. */
  private static final class ModelJob {
    final long id;
    final String source;
    final long generation;
    Sweep.Phase phase = Sweep.Phase.COUNTING;
    long live;
    long going;
    @Nullable BindingKey cursor;

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
    Step.Builder step = Step.newBuilder().setJob(job.id);
    if (job.cursor != null) {
      step.setCursor(ByteString.copyFrom(job.cursor.octets()));
    }
    return step.build();
  }

  boolean isRehoming() {
    return jobs.stream().anyMatch(job -> job.source.isEmpty());
  }

  void sweep(String source, long generation) {
    jobs.removeIf(job -> job.source.equals(source));
    jobs.add(new ModelJob(++lastId, source, generation));
  }

  void rehome(LinkResult.Builder told, long now) {
    jobs.removeIf(job -> job.source.isEmpty());
    ModelJob job = new ModelJob(++lastId, "", 0);
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
      byte[] cursor = job.cursor == null ? new byte[0] : job.cursor.octets();
      if (job.id == step.getJob() && Arrays.equals(cursor, step.getCursor().toByteArray())) {
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
    Predicate<BindingKey> visit =
        job.source.isEmpty()
            ? key -> model.rehome(key, now)
            : job.phase == Sweep.Phase.SWEEPING
                ? key -> letGo(key, job.source, job.generation, now)
                : key -> count(job, key, now);
    BindingKey from = job.cursor;
    List<BindingKey> ahead =
        model.bindings().keySet().stream()
            .filter(key -> from == null || key.compareTo(from) >= 0)
            .toList();
    boolean isEnd = ahead.size() <= limits.reads();
    List<BindingKey> here = isEnd ? ahead : ahead.subList(0, limits.reads());
    // As in the store, what comes to be by the step itself is not visited by it.
    long changed = here.stream().filter(visit).count();
    job.cursor = isEnd ? null : ahead.get(limits.reads());
    result.setVisited(here.size()).setChanged(changed);
    if (isEnd && job.phase == Sweep.Phase.COUNTING && !job.source.isEmpty()) {
      boolean tooMany = job.going > Math.max(limits.sweepFree(), job.live * SWEEP_PERMILLE / 1_000);
      job.phase = tooMany ? Sweep.Phase.HELD : Sweep.Phase.SWEEPING;
      return result.setDone(tooMany).build();
    }
    if (isEnd) {
      jobs.remove(job);
    }
    return result.setDone(isEnd).build();
  }

  /** Takes a source off what a binding holds with older marks; whether any lease was touched. */
  private boolean letGo(BindingKey from, String source, long generation, long now) {
    boolean any = false;
    for (Map.Entry<LeaseKey, Held> lease : model.leasesOf(from).entrySet()) {
      Map<String, Long> holders = new TreeMap<>(lease.getValue().holders());
      Long mark = holders.get(source);
      if (mark != null && mark < generation) {
        any = true;
        holders.remove(source);
        Held held = lease.getValue();
        if (holders.isEmpty()) {
          model.leases().remove(lease.getKey());
          model
              .ended()
              .put(
                  lease.getKey(),
                  new ApplyModelState.Ended(
                      from.client(), held.clt(), held.feeder(), held.sequence(), now));
          model.bindings().computeIfPresent(from, (same, own) -> own.changedAt(now));
        } else {
          model.leases().put(lease.getKey(), held.heldBy(holders));
        }
      }
    }
    model.dropEmpty();
    return any;
  }

  /** Forgets what ended before the cutoff, unless a silent source holds it. */
  void purge(long cutoff, Set<String> silent) {
    model
        .leases()
        .values()
        .removeIf(
            held ->
                held.validEnd() < cutoff
                    && held.holders().keySet().stream().noneMatch(silent::contains));
    model.ended().values().removeIf(over -> over.at() < cutoff);
    model.dropEmpty();
  }

  private boolean count(ModelJob job, BindingKey key, long now) {
    for (Map.Entry<?, Held> lease : model.leasesOf(key).entrySet()) {
      Long mark = lease.getValue().holders().get(job.source);
      if (mark != null && lease.getValue().validEnd() > now) {
        job.live++;
        job.going += mark < job.generation ? 1 : 0;
      }
    }
    return false;
  }
}
