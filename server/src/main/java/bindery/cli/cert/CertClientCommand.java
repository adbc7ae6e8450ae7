package bindery.cli.cert;

import bindery.cli.CommandException;
import bindery.cli.ExitCode;
import bindery.tls.Holder;
import bindery.tls.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bindery cert client}: signs the certificate of who may use the cluster. */
@Command(
    name = "client",
    description = {
      "Signs the certificate of a feeder, an operator or a viewer: NAME.crt and NAME.key.",
      "A feeder feeds as the sources that it is given, and keeps their links. An operator may do"
          + " everything. A viewer reads: status, links, sources, hashes, and leasequery over TLS."
    },
    footer = {
      "",
      "Example: bindery cert client kea-1 --role feeder --source kea1",
      "         bindery cert client alice --role operator",
      "         bindery cert client edge-7 --role viewer"
    },
    mixinStandardHelpOptions = true)
final class CertClientCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private CertArguments arguments = new CertArguments();

  @Mixin private TermArguments term = new TermArguments();

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "Who it is, as the nodes' log names it.")
  private String client = "";

  @Option(
      names = "--role",
      paramLabel = "feeder|operator|viewer",
      required = true,
      description = "What it may do.")
  private Role role = Role.VIEWER;

  @Option(
      names = "--source",
      paramLabel = "NAME",
      split = ",",
      description = "A source that a feeder may feed as. May be repeated.")
  private List<String> sources = new ArrayList<>();

  @Override
  public Integer call() throws CommandException, IOException {
    String name = CertArguments.fileName(client, spec.commandLine());
    if (role == Role.NODE) {
      throw wrong(
          "--role node (expected feeder, operator or viewer; for nodes: bindery cert node)");
    }
    if (role == Role.FEEDER && sources.isEmpty()) {
      throw wrong("--role feeder: without --source (expected each source that it may feed as)");
    }
    if (role != Role.FEEDER && !sources.isEmpty()) {
      throw wrong("--source: of no feeder (expected --role feeder)");
    }
    Set<String> named = new LinkedHashSet<>();
    for (String source : sources) {
      named.add(CertArguments.name("--source", source, spec.commandLine()));
    }
    Instant until = term.until();
    Holder holder = new Holder(role, name, named);
    Signing.Issued issued =
        Signing.issue(arguments.folder(), holder, List.of(), until, spec.commandLine().getOut());
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "the certificate of "
            + holder
            + " in cluster "
            + issued.cluster()
            + ", until "
            + issued.until()
            + ". Its commands take: --ca ca.crt --cert "
            + name
            + ".crt --key "
            + name
            + ".key, or BINDERY_CA, BINDERY_CERT and BINDERY_KEY.");
    err.flush();
    return ExitCode.OK.number();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
