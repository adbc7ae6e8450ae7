package bindery.store;

import bindery.v1.RejectReason;

/** An item that changes nothing, by name and reason. */
final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RejectReason reason;

  RejectedException(RejectReason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  RejectReason reason() {
    return reason;
  }
}
