package bindery.wire;

/**
 * A walk over options that stand back to back (RFC 8415 21.1).
 *
 * <pre>{@code
 * while (options.next()) {
 *   if (options.code() == OptionCode.CLIENT_ID) {
 *     client = options.data().duid("CLIENTID");
 *   }
 * }
 * }</pre>
 *
 * <p>One thread only.
 */
public final class OptionReader {
  private final OctetReader region;
  private int code;
  private int size;
  private OctetReader data;

  /** Walks over all that {@code region} has left. */
  public OptionReader(OctetReader region) {
    this.region = region;
    this.data = region;
  }

  /**
   * Steps to the next option, whether or not the data of this one was read.
   *
   * @return false at the end of the region
   * @throws MalformedMessageException if fewer octets are left than an option header takes, or than
   *     its option-len says
   */
  public boolean next() throws MalformedMessageException {
    if (region.remaining() == 0) {
      return false;
    }
    code = region.uint16("option-code");
    size = region.uint16("option-len");
    data = region.slice(size, "option-data");
    return true;
  }

  /**
   * Steps over all options that are left.
   *
   * @throws MalformedMessageException if they do not fit the region exactly
   */
  void skipAll() throws MalformedMessageException {
    boolean more = next();
    while (more) {
      more = next();
    }
  }

  /** Code of the option stepped to, 0..65535. */
  public int code() {
    return code;
  }

  /** Octets of data of the option stepped to, 0..65535. */
  public int size() {
    return size;
  }

  /** The one cursor over the data of the option stepped to. */
  public OctetReader data() {
    return data;
  }
}
