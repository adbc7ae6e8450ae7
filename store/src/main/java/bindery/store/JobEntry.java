package bindery.store;

import bindery.log.v1.Job;
import bindery.log.v1.Rehome;
import bindery.log.v1.Removal;
import bindery.log.v1.Source;
import bindery.log.v1.Step;
import bindery.log.v1.StepResult;
import bindery.log.v1.Sweep;
import bindery.model.DhcpTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an entry does that begins a job, or carries one on. One that begins a job also takes its
 * first step, so that a small job is never seen.
 */
final class JobEntry {
  private final RowReader rows;
  private final Overlay overlay;
  private final JobRows jobs;
  private final JobSteps steps;
  private long begun;

  /**
   * For one entry.
   *
   * @param topology the links as the entry leaves them
   * @param nowMillis cluster time, milliseconds since 1970
   */
  JobEntry(RowReader rows, Topology topology, JobLimits limits, long nowMillis) {
    this.rows = rows;
    overlay = new Overlay(rows);
    jobs = new JobRows(rows);
    List<Source> sources = Sessions.all(rows);
    steps =
        new JobSteps(
            rows,
            overlay,
            jobs,
            new LinkDecider(topology, () -> sources),
            sources,
            StoreSettings.read(rows),
            limits,
            DhcpTime.ofUnixMillis(nowMillis));
  }

  /** The id of the job that was begun or accepted. */
  long begun() {
    return begun;
  }

  /** Takes the step that is asked for. */
  StepResult step(Step request) {
    return steps.take(request);
  }

  /**
   * Begins to move leases to the links that are decided for them. One that runs begins anew: what
   * it has done may be decided otherwise now.
   *
   * @param affected links that leases may leave or come to
   * @param changed the link that was changed or deleted
   */
  StepResult rehome(Set<Integer> affected, int changed) {
    Set<Integer> allAffected = new TreeSet<>(affected);
    Set<Integer> allChanged = new TreeSet<>(Set.of(changed));
    jobs.find(Job::hasRehome)
        .ifPresent(
            job -> {
              allAffected.addAll(job.getRehome().getLinksList());
              allChanged.addAll(job.getRehome().getChangedList());
            });
    jobs.removeIf(Job::hasRehome);
    return begin(
        Job.newBuilder()
            .setRehome(Rehome.newBuilder().addAllLinks(allAffected).addAllChanged(allChanged)));
  }

  /** Begins to let go of all that a source held. */
  StepResult remove(Source source) {
    jobs.removeIf(job -> job.hasSweep() && job.getSweep().getSourceId() == source.getId());
    return begin(
        Job.newBuilder()
            .setRemoval(
                Removal.newBuilder().setSource(source.getName()).setSourceId(source.getId())));
  }

  /** Lets a sweep that is held back go on; empty if there is none of that source. */
  Optional<StepResult> accept(String source) {
    return jobs.find(
            job ->
                job.hasSweep()
                    && job.getSweep().getSource().equals(source)
                    && job.getSweep().getPhase() == Sweep.Phase.HELD)
        .map(
            held -> {
              Sweep sweep = held.getSweep().toBuilder().setPhase(Sweep.Phase.SWEEPING).build();
              Job job = held.toBuilder().setSweep(sweep).build();
              jobs.put(job);
              begun = job.getId();
              return steps.take(job);
            });
  }

  private StepResult begin(Job.Builder job) {
    Job first = jobs.begin(job);
    begun = first.getId();
    return steps.take(first);
  }

  /** Puts all that changed. */
  void writeTo(RowBatch batch) {
    CarriedIds carried = new CarriedIds(rows);
    overlay.writeTo(batch, carried);
    carried.writeTo(batch);
    jobs.writeTo(batch);
  }
}
