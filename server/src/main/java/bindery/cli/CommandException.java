package bindery.cli;

import bindery.feeder.ApiException;

/** A command that failed in a way its user can act on: an exit code and one sentence. */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  /** With what to exit with and what to tell. */
  public CommandException(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** With what to exit with, what to tell, and what lies beneath. */
  public CommandException(ExitCode exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** What a failed call to the API means for the command that made it. */
  static CommandException of(ApiException e) {
    return of(e, "");
  }

  /**
   * The same for a command that changes something.
   *
   * @param look the command that shows whether it was changed
   */
  static CommandException ofChange(ApiException e, String look) {
    return of(e, e.kind() == ApiException.Kind.UNKNOWN_OUTCOME ? " (see: " + look + ")" : "");
  }

  private static CommandException of(ApiException e, String advice) {
    ExitCode exitCode =
        switch (e.kind()) {
          case UNREACHABLE -> ExitCode.UNREACHABLE;
          case REFUSED, FENCED -> ExitCode.REFUSED;
          case NOT_FOUND -> ExitCode.NOTHING_FOUND;
          case UNKNOWN_OUTCOME, RESTORED -> ExitCode.INCOMPLETE;
          case FAULT -> ExitCode.ERROR;
        };
    return new CommandException(exitCode, e.getMessage() + advice, e);
  }

  /** What to exit with. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
