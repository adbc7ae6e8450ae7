package bindery.kea;

/**
 * Rows may have passed that were not read, so that only a full resync tells how everything stands;
 * the message says what was found and what was expected.
 */
final class GapException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With what was found, and what was expected. */
  GapException(String message) {
    super(message);
  }
}
