package bindery.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;

/** What one run of the command did. */
record CommandRun(int exit, String out, String err) {
  /** Runs {@code bindery ARGUMENTS} with an empty environment and input. */
  static CommandRun of(String... arguments) {
    return with(Map.of(), "", arguments);
  }

  /** Runs it with an environment and a standard input of its own. */
  static CommandRun with(Map<String, String> environment, String input, String... arguments) {
    Map<String, String> variables = new HashMap<>(environment);
    InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    CommandLine root = Commands.root(new Invocation(variables, in, false), Set.of(), List.of());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    root.setOut(new PrintWriter(out));
    root.setErr(new PrintWriter(err));
    int exit = root.execute(arguments);
    return new CommandRun(exit, out.toString(), err.toString());
  }

  /** The lines of standard output. */
  List<String> lines() {
    return out.lines().toList();
  }
}
