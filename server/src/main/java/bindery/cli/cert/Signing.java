package bindery.cli.cert;

import bindery.cli.CommandException;
import bindery.cli.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;

/** What the commands that sign have in common. */
final class Signing {
  private Signing() {}

  /** What is there is not replaced unasked. */
  static void checkNew(CertificateFolder folder, String name) throws CommandException {
    if (folder.holds(name)) {
      throw new CommandException(
          ExitCode.ERROR,
          folder.certificate(name)
              + ": is there already (expected another name; for a new one of the same holder:"
              + " bindery cert renew "
              + name
              + ")");
    }
  }

  /** Writes both files and tells where they are. */
  static void write(CertificateFolder folder, String name, Signed signed, PrintWriter out)
      throws IOException {
    folder.write(name, signed);
    out.println(folder.certificate(name));
    out.println(folder.key(name));
    out.flush();
  }
}
