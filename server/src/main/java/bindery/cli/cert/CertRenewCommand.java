package bindery.cli.cert;

import bindery.cli.CommandException;
import bindery.cli.ExitCode;
import bindery.tls.CertificateFacts;
import bindery.tls.PemFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bindery cert renew}: signs again, with a new key, for the same names. */
@Command(
    name = "renew",
    description = {
      "Signs the certificates of those names again, each with a new key, for the same names and"
          + " rights. Running nodes and feeders take the new files without a restart, the key's and"
          + " the certificate's in any order."
    },
    footer = {"", "Example: bindery cert renew n1 n2 n3", "         bindery cert renew --all"},
    mixinStandardHelpOptions = true)
final class CertRenewCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private CertArguments arguments = new CertArguments();

  @Mixin private TermArguments term = new TermArguments();

  @Parameters(arity = "0..*", paramLabel = "NAME", description = "Whose.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--all", description = "Those of all names in the folder.")
  private boolean isAll;

  @Override
  public Integer call() throws CommandException, IOException {
    if (isAll != names.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "whose? (expected one or more NAMEs, or --all)");
    }
    Instant until = term.until();
    CertificateFolder folder = arguments.folder();
    Authority authority = folder.authority();
    List<String> renewed = isAll ? folder.names() : names;
    for (String name : renewed) {
      if (!folder.holds(CertArguments.fileName(name, spec.commandLine()))) {
        throw new CommandException(
            ExitCode.ERROR,
            folder.certificate(name) + ": is not there (expected one of " + folder.names() + ")");
      }
    }
    PrintWriter err = spec.commandLine().getErr();
    for (String name : renewed) {
      CertificateFacts facts =
          CertificateFacts.of(PemFile.read(folder.certificate(name)).certificates().get(0));
      Signed signed =
          authority.sign(
              new CertificateNames(facts.commonName(), facts.hosts(), facts.uris()),
              CertArguments.from(),
              until);
      Signing.write(folder, name, signed, spec.commandLine().getOut());
      err.println(name + ": until " + CertificateFolder.until(signed.certificate()));
    }
    err.flush();
    return ExitCode.OK.number();
  }
}
