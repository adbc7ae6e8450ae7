package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  private record Failing(String reason, OutputStream stream) {
    static Failing with(String reason) {
      return new Failing(
          reason,
          new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
              throw new IOException(reason);
            }
          });
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

  @ParameterizedTest
  @CsvSource({"No space left on device, 1", "Broken pipe, 0"})
  void command_outputCannotBeWritten_failsUnlessItsReaderHasGone(String reason, int exit) {
    StringWriter err = new StringWriter();

    assertThat(command(Failing.with(reason).stream(), err).execute("tell")).isEqualTo(exit);
    assertThat(err.toString())
        .isEqualTo(exit == 0 ? "" : "Error: cannot write to standard output: " + reason + "\n");
  }

  @Test
  void command_outputWritten_endsWell() {
    StringWriter err = new StringWriter();

    assertThat(command(OutputStream.nullOutputStream(), err).execute("tell")).isZero();
    assertThat(err.toString()).isEmpty();
  }
}
