package bindery.cli;

import bindery.kea.LineReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bindery feed json}: feeds updates written as JSON, one a line. */
@Command(
    name = "json",
    description = {
      "Feeds updates, one JSON object a line. Adds and ends what the lines say, and lets go of"
          + " nothing else, save with --sync.",
      "Lines of one client with one cltt, one after another, are one exchange; so the last exchange"
          + " is sent when another line or the end of the input follows. A bad line is reported by"
          + " its number and skipped."
    },
    footer = {
      "",
      "Keys of a line (instants are seconds since 1970, lifetimes seconds, 4294967295 is infinite):",
      "  op             put: the lease is granted or renewed; end: it is over; seen: the client was",
      "                 heard of, and nothing about its leases changed",
      "  client         DUID in hexadecimal; an end by decline needs none",
      "  address | prefix   the lease, 2001:db8::1 or 3fff:0:1::/56; seen may name none",
      "  iaid           0..4294967295; 0 if left out",
      "  preferred, valid   lifetimes of a put, from granted on",
      "  cltt           the instant of the exchange",
      "  granted        the instant the lifetimes run from; cltt if left out",
      "  reason         of an end: released (if left out), declined, expired, removed",
      "  link           name of the link the client is on, if known",
      "  subnet_id      the server's own number of its subnet, if known",
      "  relays         outermost first, each {\"hop\":0,\"link\":ADDRESS,\"peer\":ADDRESS,",
      "                 \"options\":HEX}; none means a direct exchange",
      "  relay_source   source address of the relayed packet; the outermost link if left out",
      "  options        returnable options, HEX of whole options",
      "  hostname       kept for operators",
      "",
      "Example: echo '{\"op\":\"put\",\"client\":\"0003000102005e20000b\",\"address\":"
          + "\"2001:db8:a::1\",\"iaid\":1,\"preferred\":3600,\"valid\":7200,"
          + "\"cltt\":1764000000}' | bindery feed json -"
    },
    mixinStandardHelpOptions = true)
final class FeedJsonCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private FeedArguments arguments = new FeedArguments();

  @Option(
      names = "--sync",
      description =
          "The input is all that the source holds: at its end, let go of what it did not name. A"
              + " lease that no other source holds ends then. Nothing is let go of if a line is"
              + " rejected, or if it were more than sweep-limit (bindery source accept-sweep).")
  private boolean isSync;

  @Parameters(
      index = "0",
      paramLabel = "FILE|-",
      description = "The file, or - for standard input.")
  private String file = "-";

  FeedJsonCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandException, IOException, InterruptedException {
    try (JsonUpdates updates = open()) {
      return new FeedRun(
              updates,
              arguments.feederId("json", "json"),
              arguments.api(),
              spec.commandLine().getErr(),
              invocation.terminal(),
              isSync)
          .run()
          .number();
    }
  }

  private JsonUpdates open() throws IOException {
    if (file.equals("-")) {
      return new JsonUpdates(file, new LineReader(invocation.in()), 0);
    }
    Path path = Path.of(file);
    if (Files.isDirectory(path)) {
      throw new IOException(file + ": a folder (expected a file of JSON lines)");
    }
    return new JsonUpdates(file, new LineReader(Files.newInputStream(path)), Files.size(path));
  }
}
