package bindery.query;

/**
 * No snapshot may be read now: no barrier succeeded and the read mode allows no older one. The
 * requestor is told QueryTerminated with this message (RFC 5460 5.5).
 */
public final class ReadRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the reason, fit for a requestor's eyes, and the barrier's own failure. */
  public ReadRefusedException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
