package bindery.cli;

import bindery.cli.EachServer.Reply;
import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import bindery.v1.BeginHashResponse;
import bindery.v1.HashResponse;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bindery hash}: whether nodes hold the same at one revision. */
@Command(
    name = "hash",
    description = {
      "Compares what nodes hold at one revision, while the feed goes on: each node named reads all"
          + " it holds once and tells a hash of it. All hashes must be alike.",
      "Exit code 1 if they differ, 7 if a node cannot be reached or is far behind. Reading takes a"
          + " while: some seconds for a million bindings; give large stores a longer --timeout."
    },
    footer = {"", "Example: bindery hash --server n1 --server n2 --server n3"},
    mixinStandardHelpOptions = true)
final class HashCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ApiArguments api = new ApiArguments();

  @Mixin private FormatArguments output = new FormatArguments();

  @Override
  public Integer call() throws CommandException, InterruptedException {
    if (api.addresses().stream().distinct().count() < 2) {
      spec.commandLine()
          .getErr()
          .println("Warning: one node alone is compared with nothing; name others with --server");
    }
    BeginHashResponse begun;
    try (ServerList servers = api.servers()) {
      begun = new AdminClient(servers, api.timeout()).beginHash();
    } catch (ApiException e) {
      throw CommandException.of(e);
    }
    // All at once: a node keeps its snapshot for a minute only until it is asked for it.
    List<Reply<HashResponse>> nodes = EachServer.ask(api, node -> node.hash(begun));
    write(nodes);
    return judge(nodes, begun.getRevision()).number();
  }

  private void write(List<Reply<HashResponse>> nodes) {
    PrintWriter out = spec.commandLine().getOut();
    switch (output.format()) {
      case table -> {
        try (TableWriter table =
            new TableWriter(out, List.of("NODE", "REVISION", "BINDINGS", "HASH"))) {
          for (Reply<HashResponse> node : nodes) {
            HashResponse told = node.answer();
            if (told != null) {
              table.row(
                  List.of(
                      told.getNode(),
                      Long.toString(told.getRevision()),
                      Long.toString(told.getBindings()),
                      hash(told)));
            }
          }
        }
      }
      case json -> nodes.forEach(node -> out.println(json(node)));
    }
    out.flush();
  }

  private static String hash(HashResponse told) {
    return HexFormat.of().formatHex(told.getHash().toByteArray());
  }

  private static ObjectNode json(Reply<HashResponse> node) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("server", node.server().toString());
    HashResponse told = node.answer();
    object.put("answered", told != null);
    if (told != null) {
      object.put("node", told.getNode());
      object.put("revision", told.getRevision());
      object.put("bindings", told.getBindings());
      object.put("leases", told.getLeases());
      object.put("links", told.getLinks());
      object.put("sources", told.getSources());
      object.put("hash", hash(told));
    }
    return object;
  }

  private ExitCode judge(List<Reply<HashResponse>> nodes, long revision) {
    PrintWriter err = spec.commandLine().getErr();
    ExitCode worst = ExitCode.OK;
    for (Reply<HashResponse> node : nodes) {
      ApiException failure = node.failure();
      if (failure != null) {
        err.println("Error: " + failure.getMessage());
        worst = worse(worst, exitCode(failure));
      }
    }
    Map<String, List<String>> alike = new LinkedHashMap<>();
    for (Reply<HashResponse> node : nodes) {
      HashResponse told = node.answer();
      if (told != null) {
        alike.computeIfAbsent(hash(told), unused -> new ArrayList<>()).add(told.getNode());
      }
    }
    if (alike.size() > 1) {
      err.println(
          "Error: THE NODES DIFFER at revision "
              + revision
              + ": "
              + alike.values().stream()
                  .map(names -> String.join(", ", names))
                  .collect(Collectors.joining(" against "))
              + ". Stop the one that differs from the majority, move the folder store in its data"
              + " folder away and keep it for a report, and start it: it fetches its rows anew");
      worst = ExitCode.ERROR;
    }
    err.flush();
    return worst;
  }

  // Asked at one revision, a node that has lost it gave no answer.
  private static ExitCode exitCode(ApiException failure) {
    return failure.kind() == ApiException.Kind.NOT_FOUND
        ? ExitCode.INCOMPLETE
        : CommandException.of(failure).exitCode();
  }

  private static ExitCode worse(ExitCode one, ExitCode other) {
    return one == ExitCode.UNREACHABLE ? one : other;
  }
}
