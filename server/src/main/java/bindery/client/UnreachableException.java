package bindery.client;

import java.io.IOException;

/** None of the servers could be connected to. The message says for each of them why. */
public final class UnreachableException extends IOException {
  private static final long serialVersionUID = 1;

  UnreachableException(String message) {
    super(message);
  }
}
