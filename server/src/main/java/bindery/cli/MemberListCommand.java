package bindery.cli;

import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import bindery.v1.MemberStatus;
import bindery.v1.StatusResponse;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code bindery member list}: the members, as one node knows them. */
@Command(
    name = "list",
    description = {
      "Shows each member as the asked node knows it: its Raft endpoint, whether it votes, how many"
          + " entries it is behind what that node knows to be committed, and when it was heard of."
    },
    footer = {"", "Example: bindery member list --server n1"},
    mixinStandardHelpOptions = true)
final class MemberListCommand extends ListCommand<StatusResponse> {
  @Override
  StatusResponse ask(ServerList servers, Duration timeout)
      throws ApiException, InterruptedException {
    return new AdminClient(servers, timeout).status();
  }

  @Override
  Stream<String> json(StatusResponse status) {
    return status.getMembersList().stream().map(member -> json(status, member));
  }

  @Override
  void table(StatusResponse status, PrintWriter out) {
    List<String> headings = List.of("NAME", "RAFT", "ROLE", "BEHIND", "HEARD");
    try (TableWriter table = new TableWriter(out, headings)) {
      for (MemberStatus member : status.getMembersList()) {
        long behind = behind(status, member);
        table.row(
            List.of(
                member.getName(),
                member.getRaftAddress(),
                role(status, member),
                behind < 0 ? "-" : Long.toString(behind),
                heard(member)));
      }
    }
  }

  private static String role(StatusResponse status, MemberStatus member) {
    if (member.getLearner()) {
      return "learner";
    }
    return member.getName().equals(status.getLeader()) ? "leader" : "voter";
  }

  /** Entries; -1 if it was never heard of. */
  private static long behind(StatusResponse status, MemberStatus member) {
    return member.getHeardMillis() < 0
        ? -1
        : Math.max(0, status.getCommittedIndex() - Math.max(0, member.getAppliedIndex()));
  }

  private static String heard(MemberStatus member) {
    long millis = member.getHeardMillis();
    if (member.getSelf()) {
      return "itself";
    }
    return millis < 0 ? "never" : String.format(Locale.ROOT, "%.1fs ago", millis / 1e3);
  }

  private static String json(StatusResponse status, MemberStatus member) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("name", member.getName());
    object.put("raft_address", member.getRaftAddress());
    object.put("role", role(status, member));
    long behind = behind(status, member);
    if (behind >= 0) {
      object.put("behind", behind);
      object.put("heard_millis", member.getHeardMillis());
    }
    return object.toString();
  }
}
