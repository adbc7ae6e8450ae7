package bindery.cli;

import bindery.cli.FeedEntry.Fault;
import bindery.cli.FeedEntry.LeftOut;
import bindery.cli.FeedEntry.Lines;
import bindery.cli.FeedEntry.Update;
import bindery.feeder.FeederId;
import bindery.kea.FollowOptions;
import bindery.kea.KeaFormatException;
import bindery.kea.LeaseFileReader;
import bindery.kea.LeaseRow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bindery feed kea-csv}: feeds Kea's lease file. */
@Command(
    name = "kea-csv",
    description = {
      "Feeds the lease file of a Kea with the memfile back end, row by row, with what its clean-up"
          + " left beside it (FILE.completed, else FILE.2 and FILE.1).",
      "The files are taken for all that the source holds: what they do not name is let go of at the"
          + " end, unless a row is rejected or it were more than sweep-limit (bindery source list)."
          + " To feed a file again is safe. Import the links of its configuration first: bindery"
          + " link import-kea."
    },
    footer = {
      "",
      "Example: bindery feed kea-csv /var/lib/kea/kea-leases6.csv --source kea1 --server n1 --server"
          + " n2"
    },
    mixinStandardHelpOptions = true)
final class FeedKeaCsvCommand implements Callable<Integer> {
  private static final List<String> OF_FOLLOWING =
      List.of("--position", "--interval", "--control-socket", "--kea-config");

  private final Invocation invocation;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private FeedArguments arguments = new FeedArguments();

  @Option(
      names = "--add",
      description = "Let go of nothing: the file is not all that the source holds.")
  private boolean isAdding;

  @Option(names = "--follow", description = "Go on with what Kea appends, until SIGTERM or Ctrl-C.")
  private boolean isFollowing;

  @Option(
      names = "--position",
      paramLabel = "FILE",
      description =
          "With --follow: keep there how far the cluster has acknowledged, and go on from there at"
              + " the next start. Without it every start feeds the whole set of files.")
  private @Nullable Path position;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "200ms",
      description =
          "With --follow: how often to look for new rows, 500ms at most. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration interval = Duration.ofMillis(200);

  @Option(
      names = "--control-socket",
      paramLabel = "PATH",
      description =
          "With --follow: Kea's control socket. While Kea answers there, signs of life are told in"
              + " a third of source-silent-after. Without it Kea's silence cannot be told from"
              + " quiet: an answer that is empty only because Kea is down is given as empty. Kea's"
              + " links are taken from there too (config-get), unless --kea-config names a file.")
  private @Nullable Path controlSocket;

  @Option(
      names = "--kea-config",
      paramLabel = "FILE",
      description =
          "With --follow: Kea's configuration, whose links are imported before the first row and"
              + " whenever it changes, as by bindery link import-kea.")
  private @Nullable Path keaConfig;

  @Parameters(index = "0", paramLabel = "FILE", description = "Such as kea-leases6.csv.")
  private Path file = Path.of("");

  FeedKeaCsvCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (isFollowing) {
      return new FollowRun(following(), arguments.api(), spec.commandLine().getErr())
          .run()
          .number();
    }
    for (String option : OF_FOLLOWING) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(
            spec.commandLine(), option + " says how to follow (expected --follow with it)");
      }
    }
    try (Rows rows = new Rows(LeaseFileReader.open(file))) {
      return new FeedRun(
              rows,
              arguments.feederId("kea", "kea-csv"),
              arguments.api(),
              spec.commandLine().getErr(),
              invocation.terminal(),
              !isAdding)
          .run()
          .number();
    } catch (KeaFormatException e) {
      throw new CommandException(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
    }
  }

  private FollowOptions following() {
    FeederId feeder = arguments.feederId("kea", "kea-csv");
    try {
      return new FollowOptions(
          feeder.source(),
          feeder.feeder(),
          file,
          !isAdding,
          interval,
          Optional.ofNullable(position),
          Optional.ofNullable(controlSocket),
          Optional.ofNullable(keaConfig),
          arguments.api().timeout());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** The rows as entries of a feed. */
  private static final class Rows implements FeedInput {
    private final LeaseFileReader reader;

    private Rows(LeaseFileReader reader) {
      this.reader = reader;
    }

    @Override
    public @Nullable FeedEntry next() throws IOException {
      LeaseRow row = reader.next();
      if (row == null) {
        return null;
      }
      Lines lines = Lines.of(row.file(), row.line());
      if (row instanceof LeaseRow.Update update) {
        return new Update(lines, update.exchange());
      }
      if (row instanceof LeaseRow.LeftOut leftOut) {
        return new LeftOut(lines, leftOut.reason().text());
      }
      return new Fault(lines, ((LeaseRow.Malformed) row).fault());
    }

    @Override
    public long bytesRead() {
      return reader.bytesRead();
    }

    @Override
    public long bytesTotal() {
      return reader.bytesTotal();
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
