package bindery.cli.cert;

import bindery.cli.CommandException;
import bindery.cli.ExitCode;
import bindery.tls.Holder;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;

/** What the commands that sign have in common. */
final class Signing {
  private Signing() {}

  /**
   * What became of it.
   *
   * @param until as it is told to people
   */
  record Issued(String cluster, String until) {}

  /**
   * Signs the first certificate of a holder, writes it with its key under the holder's name, and
   * tells where they are.
   *
   * @param hosts by which others ask it; none for a client
   * @throws CommandException if there are such files, or no authority
   */
  static Issued issue(
      CertificateFolder folder, Holder holder, List<String> hosts, Instant until, PrintWriter out)
      throws CommandException, IOException {
    Authority authority = folder.authority();
    checkNew(folder, holder.name());
    Signed signed =
        authority.sign(
            new CertificateNames(holder.name(), hosts, holder.uris(authority.cluster())),
            CertArguments.from(),
            until);
    write(folder, holder.name(), signed, out);
    return new Issued(authority.cluster(), CertificateFolder.until(signed.certificate()));
  }

  /** What is there is not replaced unasked. */
  private static void checkNew(CertificateFolder folder, String name) throws CommandException {
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
