package bindery.kea;

import java.io.IOException;

/** A Kea answered a command with another result than one hoped for; the message names all three. */
public final class KeaRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With what was asked, where, and what was answered. */
  public KeaRefusedException(String message) {
    super(message);
  }

  /** The same, told again with more. */
  public KeaRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
