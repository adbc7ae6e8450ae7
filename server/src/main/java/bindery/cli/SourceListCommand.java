package bindery.cli;

import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import bindery.v1.FeederStatus;
import bindery.v1.JobStatus;
import bindery.v1.SourceStatus;
import bindery.v1.StatusResponse;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bindery source list}: the sources, and what becomes of their resyncs. */
@Command(
    name = "list",
    description = {
      "Shows each source: its feeders with the last item of each, when it told something last, how"
          + " far its clock is off, and how a full resync stands."
    },
    footer = {"", "Example: bindery source list --server n1"},
    mixinStandardHelpOptions = true)
final class SourceListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ApiArguments api = new ApiArguments();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How sources are written. Default: ${DEFAULT-VALUE}.")
  private OutputFormat output = OutputFormat.table;

  @Override
  public Integer call() throws CommandException, InterruptedException {
    StatusResponse status;
    try (ServerList servers = api.servers()) {
      status = new AdminClient(servers, api.timeout()).status();
    } catch (ApiException e) {
      throw CommandException.of(e);
    }
    PrintWriter out = spec.commandLine().getOut();
    switch (output) {
      case table -> table(status, out);
      case json -> status.getSourcesList().forEach(source -> out.println(json(status, source)));
    }
    out.flush();
    return ExitCode.OK.number();
  }

  private static void table(StatusResponse status, PrintWriter out) {
    List<String> headings = List.of("NAME", "FEEDERS", "LAST HEARD", "CLOCK", "STATE");
    try (TableWriter table = new TableWriter(out, headings)) {
      for (SourceStatus source : status.getSourcesList()) {
        List<String> feeders = new ArrayList<>();
        for (FeederStatus feeder : source.getFeedersList()) {
          feeders.add(feeder.getName() + "@" + feeder.getLastSequence());
        }
        table.row(
            List.of(
                source.getName(),
                String.join(",", feeders),
                lastHeard(source, status.getClusterTimeMillis()),
                source.hasSkewMillis() ? source.getSkewMillis() + "ms" : "-",
                state(status, source)));
      }
    }
  }

  /** How long ago the source told something. */
  static String lastHeard(SourceStatus source, long clusterTimeMillis) {
    return source.getLastItemMillis() == 0
        ? "never"
        : Durations.text(Math.max(0, clusterTimeMillis - source.getLastItemMillis()) / 1_000)
            + " ago";
  }

  /** What an operator wants to know of it first. */
  private static String state(StatusResponse status, SourceStatus source) {
    for (JobStatus job : status.getJobsList()) {
      if (job.getSource().equals(source.getName())) {
        return switch (job.getKind()) {
          case SWEEP_COUNTING -> "counting what a sweep would end";
          case SWEEP_HELD ->
              "sweep held back: " + job.getGoing() + " of " + job.getLive() + " would end";
          case SWEEPING -> "sweeping";
          case REMOVAL -> "being removed";
          case REHOME, KIND_UNSPECIFIED, UNRECOGNIZED -> "-";
        };
      }
    }
    if (source.getFeedersList().stream().anyMatch(FeederStatus::getSyncOpen)) {
      return source.getFed() ? "in a resync" : "in its first sync";
    }
    if (source.getSilent()) {
      return "silent";
    }
    if (source.getPartlyFed()) {
      return "fed in part";
    }
    return source.getFed() ? "fed" : "never fed";
  }

  private static String json(StatusResponse status, SourceStatus source) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    StatusText.put(object, source);
    object.put("state", state(status, source));
    return object.toString();
  }
}
