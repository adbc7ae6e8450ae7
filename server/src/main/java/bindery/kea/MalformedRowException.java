package bindery.kea;

/** A row of a lease file that breaks the format; the message names the column and what it holds. */
final class MalformedRowException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedRowException(String message) {
    super(message);
  }

  MalformedRowException(String message, Throwable cause) {
    super(message, cause);
  }
}
