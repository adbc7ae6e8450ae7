package bindery.wire;

/** Octets that are not what the format demands at their place. */
public final class MalformedMessageException extends Exception {
  private static final long serialVersionUID = 1;

  private final int offset;

  /**
   * Names what was found and what was expected.
   *
   * @param offset octets from the start of the message (the message-size of its frame not counted)
   * @param expected what the format demands there
   * @param actual what is there
   */
  public MalformedMessageException(int offset, String expected, String actual) {
    super("at octet " + offset + ": " + actual + " (expected " + expected + ")");
    this.offset = offset;
  }

  /** Octets from the start of the message. */
  public int offset() {
    return offset;
  }
}
