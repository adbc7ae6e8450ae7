package bindery.store;

import bindery.log.v1.Job;
import bindery.log.v1.Removal;
import bindery.log.v1.Settings;
import bindery.log.v1.Source;
import bindery.log.v1.Step;
import bindery.log.v1.StepResult;
import bindery.log.v1.Sweep;
import java.util.List;

/**
 * Carries jobs on: each step walks over a bounded number of rows from the job's cursor, and leaves
 * the cursor where the next one begins. What it needs stands in the rows alone, so any leader goes
 * on where another stopped.
 */
final class JobSteps {
  /** The id of the purge, which is no row among the jobs. */
  static final long PURGE = 0;

  private final RowReader rows;
  private final Overlay overlay;
  private final JobRows jobs;
  private final LinkDecider links;
  private final List<Source> sources;
  private final Settings settings;
  private final JobLimits limits;
  private final long now;

  /**
   * For one entry.
   *
   * @param links decides by the topology that the entry finds or makes, and knows every source
   * @param sources all of them
   * @param now cluster time, seconds since 2000
   */
  JobSteps(
      RowReader rows,
      Overlay overlay,
      JobRows jobs,
      LinkDecider links,
      List<Source> sources,
      Settings settings,
      JobLimits limits,
      long now) {
    this.rows = rows;
    this.overlay = overlay;
    this.jobs = jobs;
    this.links = links;
    this.sources = sources;
    this.settings = settings;
    this.limits = limits;
    this.now = now;
  }

  /** Takes the step that is asked for, if it is the one that is due. */
  StepResult take(Step request) {
    if (request.getJob() == PURGE) {
      return new Purge(rows, overlay, sources, settings, limits, now).step();
    }
    return jobs.find(
            job -> job.getId() == request.getJob() && job.getCursor().equals(request.getCursor()))
        .map(this::take)
        .orElse(StepResult.getDefaultInstance());
  }

  /** Takes the job's next step. */
  StepResult take(Job job) {
    return switch (job.getKindCase()) {
      case REHOME -> rehome(job);
      case SWEEP -> sweep(job);
      case REMOVAL -> remove(job);
      case KIND_NOT_SET -> throw new StoreException("a job of no kind: " + job.getId());
    };
  }

  private JobWalk overLeases(Job job, JobWalk.LeaseVisit visit) {
    return JobWalk.overLeases(rows, overlay, job.getCursor(), limits, visit);
  }

  private StepResult goOn(Job.Builder job, JobWalk walk) {
    job.setCursor(walk.cursor())
        .setVisited(job.getVisited() + walk.visited())
        .setChanged(job.getChanged() + walk.changed());
    jobs.put(job.build());
    return result(walk, false);
  }

  private StepResult finish(Job job, JobWalk walk) {
    jobs.removeIf(other -> other.getId() == job.getId());
    return result(walk, true);
  }

  private static StepResult result(JobWalk walk, boolean done) {
    return StepResult.newBuilder()
        .setTaken(true)
        .setVisited(walk.visited())
        .setChanged(walk.changed())
        .setDone(done)
        .build();
  }

  private StepResult rehome(Job job) {
    Rehoming rehoming = new Rehoming(rows, overlay, links, job.getRehome(), now);
    JobWalk walk = JobWalk.overBindings(rows, overlay, job.getCursor(), limits, rehoming::of);
    return walk.isEnd() ? finish(job, walk) : goOn(job.toBuilder(), walk);
  }

  private StepResult sweep(Job job) {
    return switch (job.getSweep().getPhase()) {
      case COUNTING -> count(job);
      case SWEEPING -> letGo(job);
      case HELD, UNRECOGNIZED -> StepResult.newBuilder().setTaken(true).setDone(true).build();
    };
  }

  private StepResult count(Job job) {
    Sweep.Builder sweep = job.getSweep().toBuilder();
    JobWalk walk =
        overLeases(
            job,
            (holder, lease) -> {
              count(lease, sweep);
              return 0;
            });
    if (!walk.isEnd()) {
      return goOn(job.toBuilder().setSweep(sweep), walk);
    }
    boolean isAll = sweep.getGoing() == sweep.getLive() && sweep.getLive() > limits.sweepAllFree();
    boolean tooMany =
        isAll || sweep.getGoing() > Math.max(limits.sweepFree(), limit(sweep.getLive()));
    sweep.setPhase(tooMany ? Sweep.Phase.HELD : Sweep.Phase.SWEEPING);
    jobs.put(job.toBuilder().setSweep(sweep).clearCursor().clearVisited().build());
    return result(walk, tooMany);
  }

  private long limit(long live) {
    return live * StoreSettings.sweepLimitPermille(settings) / 1_000;
  }

  private void count(LeaseRecord lease, Sweep.Builder sweep) {
    if (!lease.isLive(now)) {
      return;
    }
    for (Holder holder : lease.holders()) {
      if (holder.source() == sweep.getSourceId()) {
        sweep.setLive(sweep.getLive() + 1);
        if (holder.generation() < sweep.getGeneration()) {
          sweep.setGoing(sweep.getGoing() + 1);
        }
      }
    }
  }

  private StepResult letGo(Job job) {
    Sweep sweep = job.getSweep();
    LettingGo letting =
        new LettingGo(
            overlay,
            holder ->
                holder.source() == sweep.getSourceId()
                    && holder.generation() < sweep.getGeneration(),
            new Holder(sweep.getSourceId(), sweep.getGeneration()),
            now);
    JobWalk walk = overLeases(job, letting::of);
    return walk.isEnd() ? finish(job, walk) : goOn(job.toBuilder(), walk);
  }

  private StepResult remove(Job job) {
    Removal removal = job.getRemoval();
    LettingGo letting =
        new LettingGo(overlay, holder -> holder.source() == removal.getSourceId(), null, now);
    JobWalk walk = overLeases(job, letting::of);
    return walk.isEnd() ? finish(job, walk) : goOn(job.toBuilder(), walk);
  }
}
