package bindery.cli;

import bindery.cli.Arguments.Name;
import bindery.feeder.ApiException;
import bindery.feeder.LinkClient;
import bindery.feeder.ServerList;
import bindery.kea.KeaConfigReader;
import bindery.kea.KeaFormatException;
import bindery.kea.KeaLink;
import bindery.kea.LinkImport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bindery link import-kea}: makes links of a Kea configuration. */
@Command(
    name = "import-kea",
    description = {
      "Makes links of the subnets and shared networks of a Kea configuration: named by the shared"
          + " network, else SOURCE/SUBNET-ID.",
      "A subnet whose prefix a link already has joins that link, so that the two servers of a pair"
          + " have one. Adds to links, and takes nothing away; if the file contradicts what is"
          + " there, nothing is changed.",
      LinkGroup.EXIT_CODE_6
    },
    footer = {
      "",
      "Example: bindery link import-kea /etc/kea/kea-dhcp6.conf --source kea1 --server n1"
    },
    mixinStandardHelpOptions = true)
final class LinkImportKeaCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ApiArguments api = new ApiArguments();

  @Option(
      names = "--source",
      paramLabel = "NAME",
      defaultValue = "kea",
      description = "The name under which this Kea feeds. Default: ${DEFAULT-VALUE}.")
  private Name source = new Name("kea");

  @Parameters(index = "0", paramLabel = "FILE", description = "Such as kea-dhcp6.conf.")
  private Path file = Path.of("");

  @Override
  public Integer call() throws CommandException, IOException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    List<KeaLink> links;
    try {
      links = KeaConfigReader.read(file, source.text());
    } catch (KeaFormatException e) {
      throw new CommandException(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
    }
    LinkImport.Outcome outcome;
    try (ServerList servers = api.servers()) {
      LinkClient client = new LinkClient(servers, api.timeout());
      outcome = new LinkImport(client, err::println).apply(links, source.text());
    } catch (ApiException e) {
      throw CommandException.ofChange(e, "bindery link list");
    } finally {
      err.flush();
    }
    if (!outcome.problems().isEmpty()) {
      throw new CommandException(
          ExitCode.ERROR, "nothing imported: " + String.join("\nError: ", outcome.problems()));
    }
    err.println(
        "links: " + outcome.text() + "; " + LinkText.moved(outcome.bindingsMoved(), outcome.job()));
    err.flush();
    return ExitCode.OK.number();
  }
}
