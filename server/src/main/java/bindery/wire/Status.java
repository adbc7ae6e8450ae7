package bindery.wire;

/**
 * A status code with the words that go with it: OPTION_STATUS_CODE (RFC 8415 21.13).
 *
 * @param code what happened
 * @param text for people; may be empty
 */
public record Status(StatusCode code, String text) {
  /** Success without a word, which on the wire is no option at all (RFC 5460 7.2). */
  public static final Status SUCCESS = new Status(StatusCode.SUCCESS, "");

  /** Whether the code is Success. */
  public boolean isSuccess() {
    return code.isSuccess();
  }

  @Override
  public String toString() {
    return text.isEmpty() ? code.toString() : code + ": " + text;
  }
}
