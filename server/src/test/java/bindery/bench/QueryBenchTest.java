package bindery.bench;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.cli.Invocation;
import bindery.node.Main;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class QueryBenchTest {
  // What fails on a thread of the command's own is told as what fails on its first.
  @Test
  void relays_serverNotThere_tellsWhatFailed() {
    StringWriter err = new StringWriter();
    CommandLine root =
        Main.commands(new Invocation(Map.of(), InputStream.nullInputStream(), false));
    root.setErr(new PrintWriter(err));

    int exit =
        root.execute(
            "bench", "query", "--by", "relays", "--connections", "2", "--server", "127.0.0.1:1");

    assertThat(exit).isEqualTo(1);
    assertThat(err.toString()).startsWith("Error: Connection refused").doesNotContain("fault in");
  }
}
