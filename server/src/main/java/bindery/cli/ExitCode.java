package bindery.cli;

/** How a command ended, as scripts see it. */
public enum ExitCode {
  /** Done. */
  OK(0),
  /** A fault that is none of the others, such as a file that cannot be read. */
  ERROR(1),
  /** The command line or the configuration is wrong; nothing was done. */
  USAGE(2),
  /** The cluster is not well. */
  UNHEALTHY(3),
  /** The answer is complete, and nothing was found. */
  NOTHING_FOUND(4),
  /** A server refused. */
  REFUSED(5),
  /** The answer broke off, or the outcome is not known. */
  INCOMPLETE(6),
  /** No server could be reached. */
  UNREACHABLE(7),
  /** All was fed, save updates that were rejected by name. */
  REJECTS(8),
  /**
   * Whoever read standard output went away before its end; as if the pipe's signal had ended it.
   */
  READER_GONE(141);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The process's exit status, 0..8 or 141. */
  public int number() {
    return number;
  }
}
