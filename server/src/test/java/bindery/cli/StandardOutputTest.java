package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What scripts see of output that did not get where it should. */
final class StandardOutputTest {
  /** Writes a little, as the last of a long output. */
  @Command(name = "tell")
  static final class Tell implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      spec.commandLine().getOut().print("the end");
    }
  }

  private static CommandLine command(OutputStream target, StringWriter err) {
    CommandLine root =
        Commands.root(
                new Invocation(Map.of(), InputStream.nullInputStream(), false),
                java.util.Set.of(),
                java.util.List.of())
            .addSubcommand(new Tell())
            .setErr(new PrintWriter(err, true));
    return Commands.writingTo(new StandardOutput(target), root);
  }

  @Test
  void command_diskIsFull_fails() throws IOException {
    StringWriter err = new StringWriter();

    try (OutputStream full = new FileOutputStream("/dev/full")) {
      assertThat(command(full, err).execute("tell")).isEqualTo(1);
    }
    assertThat(err.toString())
        .startsWith("Error: cannot write to standard output: ")
        .hasLineCount(1);
  }

  @Test
  void command_readerGone_endsQuietlyAsIfByThePipesSignal() throws IOException {
    StringWriter err = new StringWriter();
    Pipe pipe = Pipe.open();
    pipe.source().close();

    try (OutputStream broken = Channels.newOutputStream(pipe.sink())) {
      assertThat(command(broken, err).execute("tell")).isEqualTo(141);
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void command_outputWritten_endsWell() {
    StringWriter err = new StringWriter();

    assertThat(command(OutputStream.nullOutputStream(), err).execute("tell")).isZero();
    assertThat(err.toString()).isEmpty();
  }
}
