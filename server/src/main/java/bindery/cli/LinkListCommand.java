package bindery.cli;

import bindery.feeder.ApiException;
import bindery.feeder.LinkClient;
import bindery.feeder.ServerList;
import bindery.v1.Link;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code bindery link list}: all links. */
@Command(
    name = "list",
    description = "Lists all links, by name.",
    footer = {"", "Example: bindery link list -o json --server n1"},
    mixinStandardHelpOptions = true)
final class LinkListCommand extends ListCommand<List<Link>> {
  @Override
  List<Link> ask(ServerList servers, Duration timeout) throws ApiException, InterruptedException {
    return new LinkClient(servers, timeout).list().getLinksList();
  }

  @Override
  void table(List<Link> links, PrintWriter out) {
    try (TableWriter table = new TableWriter(out, LinkText.HEADINGS)) {
      links.forEach(link -> table.row(LinkText.row(link)));
    }
  }

  @Override
  Stream<String> json(List<Link> links) {
    return links.stream().map(LinkText::json);
  }
}
