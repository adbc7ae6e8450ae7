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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code bindery source list}: the sources, and what becomes of their resyncs. */
@Command(
    name = "list",
    description = {
      "Shows each source: its feeders with the last item of each, when it told something last, how"
          + " far its clock is off, what the node warns of (bindery status has the sentences), and"
          + " how a full resync stands."
    },
    footer = {"", "Example: bindery source list --server n1"},
    mixinStandardHelpOptions = true)
final class SourceListCommand extends ListCommand<StatusResponse> {
  @Override
  StatusResponse ask(ServerList servers, Duration timeout)
      throws ApiException, InterruptedException {
    return new AdminClient(servers, timeout).status();
  }

  @Override
  Stream<String> json(StatusResponse status) {
    return status.getSourcesList().stream().map(source -> json(status, source));
  }

  @Override
  void table(StatusResponse status, PrintWriter out) {
    List<String> headings = List.of("NAME", "FEEDERS", "LAST HEARD", "CLOCK", "WARNINGS", "STATE");
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
                source.getWarningsCount() == 0 ? "-" : String.join(",", source.getWarningsList()),
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
  static String state(StatusResponse status, SourceStatus source) {
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
