package bindery.cli;

import bindery.cli.FeedEntry.Fault;
import bindery.cli.FeedEntry.LeftOut;
import bindery.cli.FeedEntry.Lines;
import bindery.cli.FeedEntry.Update;
import bindery.kea.KeaFormatException;
import bindery.kea.LeaseFileReader;
import bindery.kea.LeaseRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
  private final Invocation invocation;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private FeedArguments arguments = new FeedArguments();

  @Option(
      names = "--add",
      description = "Let go of nothing: the file is not all that the source holds.")
  private boolean isAdding;

  @Parameters(index = "0", paramLabel = "FILE", description = "Such as kea-leases6.csv.")
  private Path file = Path.of("");

  FeedKeaCsvCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandException, IOException, InterruptedException {
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
