package bindery.admin;

import bindery.log.v1.Job;
import bindery.log.v1.Sweep;
import bindery.v1.JobStatus;

/** What is told of a job that is not done. */
final class JobText {
  private JobText() {}

  /** A job as the API tells it. */
  static JobStatus status(Job job) {
    return JobStatus.newBuilder()
        .setId(job.getId())
        .setKind(kind(job))
        .setSource(job.hasRemoval() ? job.getRemoval().getSource() : job.getSweep().getSource())
        .setVisited(job.getVisited())
        .setChanged(job.getChanged())
        .setLive(job.getSweep().getLive())
        .setGoing(job.getSweep().getGoing())
        .build();
  }

  private static JobStatus.Kind kind(Job job) {
    return switch (job.getKindCase()) {
      case REHOME -> JobStatus.Kind.REHOME;
      case SWEEP -> kind(job.getSweep().getPhase());
      case REMOVAL -> JobStatus.Kind.REMOVAL;
      case KIND_NOT_SET -> JobStatus.Kind.KIND_UNSPECIFIED;
    };
  }

  private static JobStatus.Kind kind(Sweep.Phase phase) {
    return switch (phase) {
      case COUNTING -> JobStatus.Kind.SWEEP_COUNTING;
      case HELD -> JobStatus.Kind.SWEEP_HELD;
      case SWEEPING -> JobStatus.Kind.SWEEPING;
      case UNRECOGNIZED -> JobStatus.Kind.KIND_UNSPECIFIED;
    };
  }

  /** What an operator should know of a sweep that waits; the command that lets it go on. */
  static String warning(JobStatus held) {
    return "the sweep of source "
        + held.getSource()
        + " is held back: "
        + held.getGoing()
        + " of its "
        + held.getLive()
        + " live leases would end; if that is right: bindery source accept-sweep "
        + held.getSource();
  }
}
