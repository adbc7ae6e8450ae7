package bindery.store;

/**
 * The position in the Raft log up to which the rows hold everything.
 *
 * @param term the entry's term
 * @param index the entry's index; -1 before the first entry
 */
public record AppliedIndex(long term, long index) {
  /** Before the first entry. */
  public static final AppliedIndex NONE = new AppliedIndex(0, -1);
}
