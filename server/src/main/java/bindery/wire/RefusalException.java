package bindery.wire;

/** A query that can be read but not answered, with the status that its REPLY carries. */
final class RefusalException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Status status;

  RefusalException(StatusCode code, String text) {
    super(text);
    this.status = new Status(code, text);
  }

  Status status() {
    return status;
  }
}
