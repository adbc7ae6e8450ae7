package bindery.store;

/**
 * How far one entry may go for a job, so that none keeps the log waiting for long, however many
 * bindings there are; and what a sweep may end without asking. Every replica goes by the same.
 *
 * @param reads bindings or rows that one entry walks over at most; one of many leases counts more
 * @param writes rows after which it stops; one binding may write more
 * @param sweepFree live leases that a sweep may always end, whatever part of the source they are,
 *     unless they are all of it
 * @param sweepAllFree the most live leases of a source that a sweep may end all of: who tells of
 *     none of more has lost them itself, more likely than all its clients have
 */
record JobLimits(int reads, int writes, int sweepFree, int sweepAllFree) {
  /** What the log's rules say. */
  static final JobLimits RULES = new JobLimits(5_000, 2_000, 1_000, 20);
}
