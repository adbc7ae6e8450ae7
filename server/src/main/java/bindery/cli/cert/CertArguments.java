package bindery.cli.cert;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of every command that signs. */
final class CertArguments {
  // Clocks of a cluster may differ; one that is behind takes the certificate too.
  private static final Duration BEFORE = Duration.ofHours(1);
  private static final int DAYS_MAX = 36_500;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "bindery-ca",
      description =
          "The folder of the authority, with its key and all that it signed. Whoever can read it"
              + " can be anybody in the cluster: keep it off the nodes. Default: ${DEFAULT-VALUE}.")
  private Path dir = Path.of("bindery-ca");

  CertificateFolder folder() {
    return new CertificateFolder(dir);
  }

  /** From when on a certificate that is signed now is valid. */
  static Instant from() {
    return Instant.now().minus(BEFORE);
  }

  /**
   * Until when.
   *
   * @throws ParameterException if the number of days is out of range
   */
  static Instant until(int days, CommandLine at) {
    if (days < 1 || days > DAYS_MAX) {
      throw new ParameterException(at, "--days " + days + " (expected 1.." + DAYS_MAX + ")");
    }
    return Instant.now().plus(Duration.ofDays(days));
  }

  /**
   * A name of a cluster, node, client or source.
   *
   * @throws ParameterException if it is none
   */
  static String name(String what, String text, CommandLine at) {
    if (!NAME.matcher(text).matches()) {
      throw new ParameterException(
          at, what + " \"" + text + "\" (expected 1..64 of A-Z a-z 0-9 . _ -, such as n1)");
    }
    return text;
  }

  /**
   * A name of files of what is signed.
   *
   * @throws ParameterException if it is none, or that of the authority
   */
  static String fileName(String text, CommandLine at) {
    if (text.equals(CertificateFolder.CA) || text.startsWith(".")) {
      throw new ParameterException(
          at, "\"" + text + "\" cannot be the name of what is signed (expected another name)");
    }
    return name("name", text, at);
  }
}
