package bindery.cli;

import bindery.feeder.ApiException;
import bindery.feeder.LinkClient;
import bindery.feeder.ServerList;
import bindery.v1.Link;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bindery link list}: all links. */
@Command(
    name = "list",
    description = "Lists all links, by name.",
    footer = {"", "Example: bindery link list -o json --server n1"},
    mixinStandardHelpOptions = true)
final class LinkListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ApiArguments api = new ApiArguments();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How links are written. Default: ${DEFAULT-VALUE}.")
  private OutputFormat output = OutputFormat.table;

  @Override
  public Integer call() throws CommandException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    List<Link> links;
    try (ServerList servers = api.servers()) {
      links = new LinkClient(servers, api.timeout()).list().getLinksList();
    } catch (ApiException e) {
      throw CommandException.of(e);
    }
    switch (output) {
      case table -> {
        try (TableWriter table = new TableWriter(out, LinkText.HEADINGS)) {
          links.forEach(link -> table.row(LinkText.row(link)));
        }
      }
      case json -> links.forEach(link -> out.println(LinkText.json(link)));
    }
    out.flush();
    return ExitCode.OK.number();
  }
}
