package bindery.feeder;

/** A call to the API that brought no answer, or a refusal. */
public final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is known of the call. */
  public enum Kind {
    /** No server could be reached, or none had a leader, within the time allowed. */
    UNREACHABLE,
    /** A server refused the request; the message is its own. The same request fails again. */
    REFUSED,
    /** There is no such thing. */
    NOT_FOUND,
    /** Another session of this feeder has taken over, or it came with an older epoch. */
    FENCED,
    /**
     * The cluster was restored from a copy or rebuilt: what it acknowledged before may be gone.
     * Feed everything again under a new epoch.
     */
    RESTORED,
    /** It may or may not have been carried out. */
    UNKNOWN_OUTCOME,
    /** A fault in a server or in between that is none of the above. */
    FAULT
  }

  private final Kind kind;

  /** With what is known and why. */
  public ApiException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** With what is known, why, and the engine's own error. */
  public ApiException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What is known of the call. */
  public Kind kind() {
    return kind;
  }
}
