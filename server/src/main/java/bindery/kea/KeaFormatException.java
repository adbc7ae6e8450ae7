package bindery.kea;

/** A file of Kea's that cannot be read at all; the message names file, place and expectation. */
public final class KeaFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With what was found where, and what was expected. */
  public KeaFormatException(String message) {
    super(message);
  }

  /** The same with the parser's own error. */
  public KeaFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
