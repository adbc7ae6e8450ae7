package bindery.store;

/**
 * How far the store may be taken for complete: an empty answer is a statement only of a fed one.
 */
public enum Standing {
  /** Nothing was ever committed. Every query is terminated. */
  NEVER_FED,
  /** The only source's first sync is still running. Every query is terminated. */
  FIRST_SYNC,
  /**
   * A later source with an open session is in its first sync: answers that would be empty are
   * terminated.
   */
  LATER_FIRST_SYNC,
  /** Complete as far as the feeders told. */
  FED
}
