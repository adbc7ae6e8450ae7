package bindery.store;

/**
 * How far one entry may go for a job, so that none keeps the log waiting for long, however many
 * bindings there are; and what a sweep may end without asking. Every replica goes by the same.
 *
 * @param reads bindings or rows that one entry walks over at most; one of many leases counts more
 * @param writes rows after which it stops; one binding may write more
 * @param sweepFree live leases that a sweep may always end, whatever part of the source they are
 */
record JobLimits(int reads, int writes, int sweepFree) {
  /** What the log's rules say. */
  static final JobLimits RULES = new JobLimits(5_000, 2_000, 1_000);
}
