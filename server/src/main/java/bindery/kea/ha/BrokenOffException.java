package bindery.kea.ha;

/** The stream that a sync ran on is over, so the sync is; the message says why. */
final class BrokenOffException extends Exception {
  private static final long serialVersionUID = 1L;

  BrokenOffException(String message) {
    super(message);
  }
}
