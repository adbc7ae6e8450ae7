package bindery.cli.cert;

import bindery.cli.ExitCode;
import bindery.tls.CertificateFacts;
import bindery.tls.PemFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bindery cert show}: what stands in certificates. */
@Command(
    name = "show",
    description = {
      "Shows what stands in each certificate of the files.",
      "Exit code 3 if one is not valid now, or not for the days of --within any more."
    },
    footer = {"", "Example: bindery cert show /etc/bindery/tls/n1.crt --within 30"},
    mixinStandardHelpOptions = true)
final class CertShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "PEM files.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--within",
      paramLabel = "DAYS",
      defaultValue = "0",
      description = "For how long each has to be valid. Default: ${DEFAULT-VALUE}.")
  private int within;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Instant now = Instant.now();
    boolean isWell = true;
    for (Path file : files) {
      for (X509Certificate one : PemFile.read(file).certificates()) {
        CertificateFacts facts = CertificateFacts.of(one);
        out.printf(
            """
            %s
              subject    %s
              in cluster %s
              hosts      %s
              number     %s
              from       %s
              until      %s
              signed by  %s
            """,
            file,
            one.getSubjectX500Principal().getName(),
            facts.uris().isEmpty() ? "-" : String.join(", ", facts.uris()),
            facts.hosts().isEmpty() ? "-" : String.join(", ", facts.hosts()),
            one.getSerialNumber().toString(16),
            one.getNotBefore().toInstant(),
            one.getNotAfter().toInstant(),
            one.getIssuerX500Principal().getName());
        if (now.isBefore(one.getNotBefore().toInstant())
            || now.plus(Duration.ofDays(within)).isAfter(one.getNotAfter().toInstant())) {
          isWell = false;
          err.println(
              "Warning: "
                  + file
                  + ": valid from "
                  + one.getNotBefore().toInstant()
                  + " until "
                  + one.getNotAfter().toInstant()
                  + " (expected now"
                  + (within > 0 ? " and for " + within + " days" : "")
                  + ")");
        }
      }
    }
    out.flush();
    err.flush();
    return (isWell ? ExitCode.OK : ExitCode.UNHEALTHY).number();
  }
}
