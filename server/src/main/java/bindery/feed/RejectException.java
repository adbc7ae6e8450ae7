package bindery.feed;

import bindery.v1.RejectReason;

/** A fault of one item that needs no state to see. */
final class RejectException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RejectReason reason;

  /** With what was found and what was expected. */
  RejectException(RejectReason reason, String message) {
    // Told to the feeder, never traced: no stack, since a bad file may hold a million of them.
    super(message, null, false, false);
    this.reason = reason;
  }

  RejectReason reason() {
    return reason;
  }

  /** What was found and what was expected. */
  String text() {
    return String.valueOf(getMessage());
  }
}
