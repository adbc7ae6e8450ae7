package bindery.store;

/**
 * The store cannot go on: the disk or a row is not what it must be. Never a fault of the input. The
 * node that meets it stops rather than answering from what it cannot trust.
 */
public final class StoreException extends RuntimeException {
  /** What to do about rows that cannot be read, for the end of a message. */
  static final String REMEDY =
      "stop this node and delete the folder store of its data: at its next start it fetches the"
          + " rows from another member";

  private static final long serialVersionUID = 1L;

  /** What is wrong, without what a member of a cluster that runs is to do about it. */
  public String fault() {
    String message = String.valueOf(getMessage());
    int remedy = message.indexOf(REMEDY);
    return remedy < 0 ? message : message.substring(0, remedy).replaceFirst("[;:] *$", "");
  }

  /** With what failed, where, and what was expected. */
  public StoreException(String message) {
    super(message);
  }

  /** With what failed and where, and the engine's own error. */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
