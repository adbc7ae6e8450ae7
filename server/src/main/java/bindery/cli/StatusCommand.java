package bindery.cli;

import bindery.cli.EachServer.Reply;
import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.model.HostPort;
import bindery.v1.MemberStatus;
import bindery.v1.Role;
import bindery.v1.StatusResponse;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bindery status}: what nodes know of themselves and of the cluster. */
@Command(
    name = "status",
    description = {
      "Asks each node named what it knows of itself and its cluster, and shows the answers side by"
          + " side.",
      "Exit code 3 if a node or a member cannot be reached, or there is no leader; 7 if no node"
          + " could be reached at all."
    },
    footer = {"", "Example: bindery status --server n1 --server n2 --server n3"},
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  /** A member that a node has not heard of for so long counts as unreachable. */
  private static final long SILENT_MILLIS = 10_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ApiArguments api = new ApiArguments();

  @Mixin private FormatArguments output = new FormatArguments();

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    List<Reply<StatusResponse>> replies = EachServer.ask(api, AdminClient::status);
    List<String> faults = new ArrayList<>();
    for (Reply<StatusResponse> reply : replies) {
      ApiException failure = reply.failure();
      if (failure != null) {
        faults.add(String.valueOf(failure.getMessage()));
      }
      reply.given().ifPresent(status -> faults.addAll(faults(reply.server(), status)));
    }
    boolean anyReached = replies.stream().anyMatch(reply -> reply.given().isPresent());
    switch (output.format()) {
      case table -> {
        if (anyReached) {
          StatusText.table(replies, out);
        }
      }
      case json -> replies.forEach(reply -> out.println(StatusText.json(reply)));
    }
    out.flush();
    for (Reply<StatusResponse> reply : replies) {
      reply
          .given()
          .ifPresent(
              status ->
                  status
                      .getWarningsList()
                      .forEach(
                          warning -> err.println("Warning: " + name(status) + ": " + warning)));
    }
    faults.forEach(fault -> err.println("Error: " + fault));
    err.flush();
    if (!anyReached) {
      return ExitCode.UNREACHABLE.number();
    }
    return (faults.isEmpty() ? ExitCode.OK : ExitCode.UNHEALTHY).number();
  }

  private static String name(StatusResponse status) {
    return status.getNode();
  }

  private static List<String> faults(HostPort server, StatusResponse status) {
    List<String> faults = new ArrayList<>();
    if (status.getLeader().isEmpty()) {
      faults.add(server + ": node " + name(status) + " knows no leader");
    }
    if (status.getRole() == Role.NOT_SERVING) {
      faults.add(server + ": node " + name(status) + " is starting or stopping");
    }
    for (MemberStatus member : status.getMembersList()) {
      if (!isHeard(member)) {
        faults.add(
            server + ": member " + member.getName() + " " + heard(member) + " by " + name(status));
      }
    }
    return faults;
  }

  /** Whether the node that was asked hears of that member, as it should each second. */
  static boolean isHeard(MemberStatus member) {
    return member.getSelf()
        || (member.getHeardMillis() >= 0 && member.getHeardMillis() <= SILENT_MILLIS);
  }

  private static String heard(MemberStatus member) {
    return member.getHeardMillis() < 0
        ? "has not been heard of yet"
        : "was last heard of " + Durations.text(member.getHeardMillis() / 1_000) + " ago";
  }
}
