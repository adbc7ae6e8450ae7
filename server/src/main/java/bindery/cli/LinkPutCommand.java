package bindery.cli;

import bindery.feeder.ApiException;
import bindery.feeder.LinkClient;
import bindery.feeder.ServerList;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.v1.Link;
import bindery.v1.PutLinkResponse;
import bindery.v1.SourceSubnet;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bindery link put}: makes or replaces a link. */
@Command(
    name = "put",
    description = {
      "Makes a link, or replaces the one of that name as a whole. Bindings move to the link that"
          + " their relays or subnets lead to then.",
      LinkGroup.EXIT_CODE_6
    },
    footer = {
      "",
      "Example: bindery link put access-7 2001:db8:a::/64 --pool 3fff:a00::/32 --alias fe80::7"
          + " --subnet kea:1024"
    },
    mixinStandardHelpOptions = true)
final class LinkPutCommand implements Callable<Integer> {
  private static final long SUBNET_ID_MAX = 0xffff_ffffL;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ApiArguments api = new ApiArguments();

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "1..128 printable characters without blanks.")
  private String name = "";

  @Parameters(index = "1..*", paramLabel = "PREFIX", description = "The prefixes on the link.")
  // As text: picocli takes a value that it cannot convert here for an argument too many.
  private List<String> prefixes = new ArrayList<>();

  @Option(
      names = "--pool",
      paramLabel = "PREFIX",
      split = ",",
      description = "Prefixes that are delegated from there. May be repeated.")
  private List<Ipv6Prefix> pools = new ArrayList<>();

  @Option(
      names = "--alias",
      paramLabel = "ADDR",
      split = ",",
      description =
          "Further link-addresses that mean this link, such as link-local ones. May be repeated.")
  private List<Ipv6Address> aliases = new ArrayList<>();

  @Option(
      names = "--subnet",
      paramLabel = "SOURCE:ID",
      split = ",",
      description = "What a source calls it: its subnet id. May be repeated.")
  private List<String> subnets = new ArrayList<>();

  @Option(
      names = "--expected-version",
      paramLabel = "N",
      description = "Put it only if this is its version now; 0 for: only if there is none.")
  private @Nullable Long expectedVersion;

  @Override
  public Integer call() throws CommandException, InterruptedException {
    Link.Builder link = Link.newBuilder().setName(name);
    prefixes.forEach(prefix -> link.addPrefixes(LinkText.proto(prefix(prefix))));
    pools.forEach(pool -> link.addPools(LinkText.proto(pool)));
    aliases.forEach(alias -> link.addAliases(LinkText.proto(alias)));
    subnets.forEach(subnet -> link.addSubnets(subnet(subnet)));
    if (prefixes.isEmpty() && pools.isEmpty() && aliases.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "a link of nothing (expected a prefix, --pool or --alias,"
              + " such as: bindery link put access-7 2001:db8:a::/64)");
    }
    OptionalLong expected =
        expectedVersion == null ? OptionalLong.empty() : OptionalLong.of(expectedVersion);
    PutLinkResponse response;
    try (ServerList servers = api.servers()) {
      response = new LinkClient(servers, api.timeout()).put(link.build(), expected);
    } catch (ApiException e) {
      throw CommandException.ofChange(e, "bindery link list");
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "link "
            + name
            + ": version "
            + response.getLink().getVersion()
            + ", "
            + LinkText.moved(response.getBindingsMoved(), response.getJob()));
    err.flush();
    return ExitCode.OK.number();
  }

  private Ipv6Prefix prefix(String text) {
    try {
      return Ipv6Prefix.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "PREFIX: " + e.getMessage(), e);
    }
  }

  private SourceSubnet subnet(String text) {
    int colon = text.lastIndexOf(':');
    try {
      if (colon > 0) {
        long id = Long.parseLong(text.substring(colon + 1));
        if (id >= 0 && id <= SUBNET_ID_MAX) {
          return SourceSubnet.newBuilder()
              .setSource(text.substring(0, colon))
              .setSubnetId(id)
              .build();
        }
      }
    } catch (NumberFormatException e) {
      throw notASubnet(text);
    }
    throw notASubnet(text);
  }

  private ParameterException notASubnet(String text) {
    return new ParameterException(
        spec.commandLine(),
        "--subnet " + text + " (expected SOURCE:ID, such as kea:1024; ids are 0..4294967295)");
  }
}
