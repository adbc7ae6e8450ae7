package bindery.cli;

import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A command that asks one node and lists what it answers, for people or for scripts.
 *
 * @param <T> the answer
 */
abstract class ListCommand<T> implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ApiArguments api = new ApiArguments();

  @Mixin private FormatArguments output = new FormatArguments();

  /** Asks. */
  abstract T ask(ServerList servers, Duration timeout) throws ApiException, InterruptedException;

  /** Writes a row for each. */
  abstract void table(T answer, PrintWriter out);

  /** A JSON object for each. */
  abstract Stream<String> json(T answer);

  @Override
  public final Integer call() throws CommandException, InterruptedException {
    T answer;
    try (ServerList servers = api.servers()) {
      answer = ask(servers, api.timeout());
    } catch (ApiException e) {
      throw CommandException.of(e);
    }
    PrintWriter out = spec.commandLine().getOut();
    switch (output.format()) {
      case table -> table(answer, out);
      case json -> json(answer).forEach(out::println);
    }
    out.flush();
    return ExitCode.OK.number();
  }
}
