package bindery.cli.cert;

import bindery.cli.CommandException;
import bindery.cli.ExitCode;
import bindery.model.Ipv6Address;
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
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bindery cert node}: signs the certificate of a member. */
@Command(
    name = "node",
    description = {
      "Signs the certificate of a member: NAME.crt and NAME.key. It names the member to the others,"
          + " and to clients the hosts by which they ask it: its name, localhost, and each"
          + " --address."
    },
    footer = {"", "Example: bindery cert node n1 --address 10.0.0.1 --address n1.example.net"},
    mixinStandardHelpOptions = true)
final class CertNodeCommand implements Callable<Integer> {
  // Whoever is on the node itself asks it so, unless told otherwise.
  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");
  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
  private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");
  private static final Pattern DNS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,252}");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private CertArguments arguments = new CertArguments();

  @Mixin private TermArguments term = new TermArguments();

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "The member's name, as `node` in its configuration.")
  private String node = "";

  @Option(
      names = "--address",
      paramLabel = "HOST",
      split = ",",
      description =
          "An address or a name by which clients reach it, without a port. May be repeated.")
  private List<String> addresses = new ArrayList<>();

  @Override
  public Integer call() throws CommandException, IOException {
    String name = CertArguments.fileName(node, spec.commandLine());
    Set<String> hosts = new LinkedHashSet<>();
    if (DNS.matcher(name).matches()) {
      hosts.add(name);
    }
    for (String address : addresses) {
      if (!isHost(address)) {
        throw new ParameterException(
            spec.commandLine(),
            "--address \""
                + address
                + "\" (expected a name or an address without a port or brackets, such as 10.0.0.1)");
      }
      hosts.add(address);
    }
    hosts.addAll(LOOPBACK);
    Instant until = term.until();
    Signing.Issued issued =
        Signing.issue(
            arguments.folder(),
            new Holder(Role.NODE, name, Set.of()),
            List.copyOf(hosts),
            until,
            spec.commandLine().getOut());
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        """
        the certificate of node %s of cluster %s, until %s. Copy both files and ca.crt to the node, then in its configuration:
        tls:
          ca: /etc/bindery/tls/ca.crt
          cert: /etc/bindery/tls/%s.crt
          key: /etc/bindery/tls/%s.key
        """,
        name, issued.cluster(), issued.until(), name, name);
    err.flush();
    return ExitCode.OK.number();
  }

  private static boolean isHost(String text) {
    if (text.indexOf(':') < 0) {
      return (NUMBERS.matcher(text).matches() ? IPV4 : DNS).matcher(text).matches();
    }
    try {
      var unused = Ipv6Address.parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
