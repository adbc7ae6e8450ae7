package bindery.cli;

import bindery.cli.EachServer.Reply;
import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.v1.CheckStatus;
import bindery.v1.ProveResponse;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bindery health}: the proof that nodes commit and read. */
@Command(
    name = "health",
    description = {
      "Has each node named prove that it serves: an entry goes through the Raft log, the node"
          + " applies it, and reads a row as of then.",
      "Exit code 3 if one cannot, or cannot be reached. What is only to be seen to (disk, feed,"
          + " clock), and members that were not named, are warnings."
    },
    footer = {"", "Example: bindery health --server n1 --server n2 --server n3"},
    mixinStandardHelpOptions = true)
final class HealthCommand implements Callable<Integer> {
  private static final double MICROS_A_MILLI = 1e3;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ApiArguments api = new ApiArguments();

  @Mixin private FormatArguments output = new FormatArguments();

  @Override
  public Integer call() throws InterruptedException {
    List<Reply<ProveResponse>> replies = EachServer.ask(api, AdminClient::prove);
    PrintWriter out = spec.commandLine().getOut();
    switch (output.format()) {
      case table -> table(replies, out);
      case json -> replies.forEach(reply -> out.println(json(reply)));
    }
    out.flush();
    return (judge(replies) ? ExitCode.OK : ExitCode.UNHEALTHY).number();
  }

  private static void table(List<Reply<ProveResponse>> replies, PrintWriter out) {
    try (TableWriter table =
        new TableWriter(out, List.of("NODE", "SERVER", "HEALTH", "REVISION", "COMMIT", "READ"))) {
      for (Reply<ProveResponse> reply : replies) {
        ProveResponse proof = reply.answer();
        String server = reply.server().toString();
        if (proof == null) {
          table.row(List.of("-", server, "unreachable", "-", "-", "-"));
        } else if (!proof.getFault().isEmpty()) {
          table.row(List.of(proof.getNode(), server, "unhealthy", "-", "-", "-"));
        } else {
          table.row(
              List.of(
                  proof.getNode(),
                  server,
                  isHealthy(proof) ? "healthy" : "unhealthy",
                  Long.toString(proof.getRevision()),
                  millis(proof.getCommitMicros()),
                  millis(proof.getReadMicros())));
        }
      }
    }
  }

  private static String millis(long micros) {
    return String.format(Locale.ROOT, "%.1fms", micros / MICROS_A_MILLI);
  }

  private static boolean isHealthy(ProveResponse proof) {
    return proof.getFault().isEmpty()
        && proof.getChecksList().stream()
            .noneMatch(check -> check.getVerdict() == CheckStatus.Verdict.FAILED);
  }

  private static ObjectNode json(Reply<ProveResponse> reply) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("server", reply.server().toString());
    ProveResponse proof = reply.answer();
    object.put("answered", proof != null);
    object.put("healthy", proof != null && isHealthy(proof));
    if (proof != null) {
      object.put("node", proof.getNode());
      object.put("fault", proof.getFault());
      object.put("revision", proof.getRevision());
      object.put("commit_micros", proof.getCommitMicros());
      object.put("read_micros", proof.getReadMicros());
      ArrayNode checks = object.putArray("checks");
      for (CheckStatus check : proof.getChecksList()) {
        checks
            .addObject()
            .put("name", check.getName())
            .put("verdict", check.getVerdict().name().toLowerCase(Locale.ROOT))
            .put("text", check.getText());
      }
    }
    return object;
  }

  /** Tells what is wrong and what is to be seen to; whether nothing is wrong. */
  private boolean judge(List<Reply<ProveResponse>> replies) {
    PrintWriter err = spec.commandLine().getErr();
    boolean isHealthy = true;
    Set<String> unasked = new TreeSet<>();
    for (Reply<ProveResponse> reply : replies) {
      ProveResponse proof = reply.answer();
      ApiException failure = reply.failure();
      if (proof == null) {
        isHealthy = false;
        err.println("Error: " + (failure == null ? reply.server() : failure.getMessage()));
        continue;
      }
      isHealthy &= isHealthy(proof);
      String where = reply.server() + ": node " + proof.getNode() + ": ";
      if (!proof.getFault().isEmpty()) {
        err.println("Error: " + where + proof.getFault());
      }
      for (CheckStatus check : proof.getChecksList()) {
        String told = where + check.getName() + ": " + check.getText();
        switch (check.getVerdict()) {
          case FAILED -> err.println("Error: " + told);
          case WARNING -> err.println("Warning: " + told);
          case OK, VERDICT_UNSPECIFIED, UNRECOGNIZED -> {}
        }
      }
      unasked.addAll(proof.getMembersList());
    }
    for (Reply<ProveResponse> reply : replies) {
      ProveResponse proof = reply.answer();
      if (proof != null) {
        unasked.remove(proof.getNode());
      }
    }
    if (!unasked.isEmpty() && replies.stream().allMatch(reply -> reply.answer() != null)) {
      err.println(
          "Warning: not asked: "
              + String.join(", ", unasked)
              + " (name each member's API with --server)");
    }
    err.flush();
    return isHealthy;
  }
}
