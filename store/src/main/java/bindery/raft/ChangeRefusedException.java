package bindery.raft;

/** A change of members that was not made, and why: nothing is changed unless the text says so. */
final class ChangeRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  ChangeRefusedException(String message) {
    super(message);
  }
}
