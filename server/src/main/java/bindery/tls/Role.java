package bindery.tls;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a certificate lets its holder do. */
public enum Role {
  /** A member of the cluster. It can write the log itself, so it may do everything. */
  NODE,
  /** Feeds as the sources that its certificate names, and keeps their links. */
  FEEDER,
  /** Everything. */
  OPERATOR,
  /** Reads, and changes nothing. */
  VIEWER;

  /** As it stands in certificates, options and messages. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of that name; empty if there is none. */
  static Optional<Role> find(String text) {
    return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
  }
}
