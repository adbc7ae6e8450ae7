package bindery.node;

/** A node that could not start, with a message that says why and what to do. */
final class NodeStartException extends Exception {
  private static final long serialVersionUID = 1L;

  NodeStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
