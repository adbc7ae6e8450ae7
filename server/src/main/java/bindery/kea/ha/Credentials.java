package bindery.kea.ha;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;

/**
 * A user and a password, for basic authentication by HTTP. As text it does not tell the password.
 *
 * @param user without a colon
 * @param password as the file had it, without the blanks and line ends around it
 */
public record Credentials(String user, String password) {
  /**
   * Checks the user.
   *
   * @throws IllegalArgumentException if it cannot be told from the password
   */
  public Credentials {
    if (user.isEmpty() || user.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "\"" + user + "\" is no user (expected a name without a colon)");
    }
  }

  /**
   * With the password from that file.
   *
   * @throws IOException if it cannot be read or holds none; the message names it
   */
  public static Credentials read(String user, Path passwordFile) throws IOException {
    String expected = " (expected a file with the password of " + user + ")";
    try {
      if (Files.isDirectory(passwordFile)) {
        throw new IOException(passwordFile + ": a folder" + expected);
      }
      String password = Files.readString(passwordFile).strip();
      if (password.isEmpty()) {
        throw new IOException(passwordFile + ": empty" + expected);
      }
      return new Credentials(user, password);
    } catch (NoSuchFileException e) {
      throw new IOException(passwordFile + ": no such file" + expected, e);
    } catch (AccessDeniedException e) {
      throw new IOException(passwordFile + ": may not be read by this user" + expected, e);
    } catch (CharacterCodingException e) {
      throw new IOException(passwordFile + ": not UTF-8" + expected, e);
    }
  }

  /** What stands in the header {@code Authorization}. */
  String header() {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "user " + user;
  }
}
