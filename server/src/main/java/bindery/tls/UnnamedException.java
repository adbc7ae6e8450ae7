package bindery.tls;

/** A certificate that names nobody in a cluster; the message says what it names instead. */
public final class UnnamedException extends Exception {
  private static final long serialVersionUID = 1L;

  UnnamedException(String message) {
    super(message);
  }
}
