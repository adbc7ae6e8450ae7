package bindery.cli.cert;

import bindery.cli.CommandException;
import bindery.cli.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bindery cert ca}: makes the authority. */
@Command(
    name = "ca",
    description = "Makes the authority of a cluster: ca.crt, which every end gets, and ca.key.",
    footer = {"", "Example: bindery cert ca --cluster edge-north"},
    mixinStandardHelpOptions = true)
final class CertCaCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private CertArguments arguments = new CertArguments();

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      required = true,
      description = "The cluster's name, as `cluster` in the configuration of its nodes.")
  private String cluster = "";

  @Option(
      names = "--days",
      paramLabel = "DAYS",
      defaultValue = "3650",
      description =
          "How long it is valid; nothing that it signs is valid for longer. Default:"
              + " ${DEFAULT-VALUE}.")
  private int days = 3_650;

  @Override
  public Integer call() throws CommandException, IOException {
    String name = CertArguments.name("--cluster", cluster, spec.commandLine());
    CertificateFolder folder = arguments.folder();
    var until = CertArguments.until(days, spec.commandLine());
    if (folder.holds(CertificateFolder.CA)) {
      throw new CommandException(
          ExitCode.ERROR,
          folder.path()
              + ": there is an authority already, which is not replaced: what it signed would be"
              + " refused (expected another --dir)");
    }
    Authority authority = Authority.create(name, CertArguments.from(), until);
    folder.write(CertificateFolder.CA, authority.own());
    PrintWriter out = spec.commandLine().getOut();
    out.println(folder.certificate(CertificateFolder.CA));
    out.println(folder.key(CertificateFolder.CA));
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "the authority of cluster "
            + name
            + ", until "
            + CertificateFolder.until(authority.own().certificate())
            + ". Every node and client gets "
            + folder.certificate(CertificateFolder.CA).getFileName()
            + "; its key stays here.");
    err.flush();
    return ExitCode.OK.number();
  }
}
