package bindery.raft;

import java.time.Duration;

/** A proposal that brought no result. */
public final class ProposalException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is known of the proposal. */
  public enum Kind {
    /** It was not taken: there is no leader, or no majority. Safe to propose again. */
    NO_LEADER,
    /** It was not taken: too much is in flight. Propose again after a pause. */
    OVERLOADED,
    /** It was not taken and never will be, such as one above the size of an entry. */
    REFUSED,
    /**
     * It may or may not be committed, now or later. Only what is safe to repeat may be repeated.
     */
    INDETERMINATE,
    /** It was not taken: this node is stopping. */
    STOPPING
  }

  private final Kind kind;

  /** With what is known and why. */
  public ProposalException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** With what is known, why, and the engine's own error. */
  public ProposalException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What is known of the proposal. */
  public Kind kind() {
    return kind;
  }

  /** Of a proposal that was tried for as long as it may be. */
  static ProposalException expired(boolean mayBeLogged, Duration patience) {
    return mayBeLogged
        ? new ProposalException(
            Kind.INDETERMINATE,
            "no answer within " + patience.toMillis() + " ms; it may still be committed")
        : new ProposalException(
            Kind.NO_LEADER,
            "no leader within "
                + patience.toMillis()
                + " ms: have a majority of the members up and connected");
  }
}
