package bindery.kea;

/** A lease of Kea's that breaks its format; the message names the value and what was expected. */
public final class MalformedRowException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With what was found and what was expected. */
  public MalformedRowException(String message) {
    super(message);
  }

  MalformedRowException(String message, Throwable cause) {
    super(message, cause);
  }
}
