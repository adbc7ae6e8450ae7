package bindery.tls;

/** Is told of certificates that were refused. Any thread; must not block. */
@FunctionalInterface
public interface Refusals {
  /**
   * One was refused.
   *
   * @param end the host and port that was asked; empty on the side that was connected to
   * @param reason a sentence that names the certificate and what was expected
   */
  void refused(String end, String reason);
}
