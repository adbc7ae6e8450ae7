package bindery.cli;

import bindery.feeder.ApiException;
import bindery.feeder.LinkClient;
import bindery.feeder.ServerList;
import bindery.v1.DeleteLinkResponse;
import java.io.PrintWriter;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bindery link delete}: removes a link. */
@Command(
    name = "delete",
    description = {
      "Removes a link. Its bindings stay, on the link that their relays or subnets lead to then.",
      LinkGroup.EXIT_CODE_6
    },
    footer = {"", "Example: bindery link delete access-7"},
    mixinStandardHelpOptions = true)
final class LinkDeleteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ApiArguments api = new ApiArguments();

  @Parameters(index = "0", paramLabel = "NAME", description = "The link's name.")
  private String name = "";

  @Option(
      names = "--expected-version",
      paramLabel = "N",
      description = "Remove it only if this is its version now.")
  private @Nullable Long expectedVersion;

  @Override
  public Integer call() throws CommandException, InterruptedException {
    OptionalLong expected =
        expectedVersion == null ? OptionalLong.empty() : OptionalLong.of(expectedVersion);
    DeleteLinkResponse response;
    try (ServerList servers = api.servers()) {
      response = new LinkClient(servers, api.timeout()).delete(name, expected);
    } catch (ApiException e) {
      throw CommandException.ofChange(e, "bindery link list");
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "link "
            + name
            + ": deleted, "
            + LinkText.moved(response.getBindingsMoved(), response.getJob()));
    err.flush();
    return ExitCode.OK.number();
  }
}
