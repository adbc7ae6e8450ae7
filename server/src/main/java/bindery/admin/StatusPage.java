package bindery.admin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The page for people in a hurry: its files, and what it shows. Any thread. */
public final class StatusPage {
  private volatile @Nullable StatusJson content;

  /** From now on it shows that. */
  public void show(StatusJson status) {
    content = status;
  }

  /** What it shows; empty while the node starts. */
  Optional<String> json() {
    StatusJson status = content;
    return status == null ? Optional.empty() : Optional.of(status.text());
  }

  /**
   * One of its files.
   *
   * @throws IOException if the package lacks it
   */
  static String file(String name) throws IOException {
    try (InputStream in = StatusPage.class.getResourceAsStream("page/" + name)) {
      if (in == null) {
        throw new IOException("the package has no page/" + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
