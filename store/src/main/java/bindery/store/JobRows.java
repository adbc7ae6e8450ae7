package bindery.store;

import bindery.log.v1.Job;
import bindery.log.v1.Jobs;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The jobs that are not done, as one entry finds and changes them: at most one re-homing, and one
 * sweep or removal for each source.
 */
final class JobRows {
  private final Jobs.Builder jobs;
  private boolean isChanged;

  /** As the rows have them. */
  JobRows(RowReader rows) {
    byte[] row = rows.get(MetaKey.JOBS);
    jobs = row == null ? Jobs.newBuilder() : MetaRow.parseJobs(row).toBuilder();
  }

  /** All of them, oldest first. */
  List<Job> all() {
    return List.copyOf(jobs.getJobsList());
  }

  /** The first that is such a one. */
  Optional<Job> find(Predicate<Job> condition) {
    return all().stream().filter(condition).findFirst();
  }

  /** Begins a job; it gets the next id. */
  Job begin(Job.Builder job) {
    jobs.setLastId(jobs.getLastId() + 1);
    Job begun = job.setId(jobs.getLastId()).build();
    jobs.addJobs(begun);
    isChanged = true;
    return begun;
  }

  /** Puts a job in the place of what it was. */
  void put(Job job) {
    for (int i = 0; i < jobs.getJobsCount(); i++) {
      if (jobs.getJobs(i).getId() == job.getId()) {
        jobs.setJobs(i, job);
        isChanged = true;
      }
    }
  }

  /** Takes away all that are such. */
  void removeIf(Predicate<Job> condition) {
    for (int i = jobs.getJobsCount() - 1; i >= 0; i--) {
      if (condition.test(jobs.getJobs(i))) {
        jobs.removeJobs(i);
        isChanged = true;
      }
    }
  }

  /** Puts the row if anything changed. */
  void writeTo(RowBatch batch) {
    if (isChanged) {
      batch.put(Family.META, MetaKey.JOBS.octets(), MetaRow.message(jobs.build()));
    }
  }
}
