package bindery.cli;

import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import bindery.model.HostPort;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How it is written. Default: ${DEFAULT-VALUE}.")
  private OutputFormat output = OutputFormat.table;

  /** What one node answered, or why it did not. */
  private record NodeHash(
      HostPort server, @Nullable HashResponse answer, @Nullable ApiException failure) {}

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
    List<NodeHash> nodes = askAll(begun);
    write(nodes);
    return judge(nodes, begun.getRevision()).number();
  }

  // All at once: a node keeps its snapshot for a minute only until it is asked for it.
  private List<NodeHash> askAll(BeginHashResponse begun) throws InterruptedException {
    List<HostPort> servers = api.addresses();
    ExecutorService askers = Executors.newFixedThreadPool(servers.size());
    try {
      List<Future<NodeHash>> asked = new ArrayList<>();
      for (HostPort server : servers) {
        asked.add(askers.submit(() -> ask(server, begun)));
      }
      List<NodeHash> nodes = new ArrayList<>();
      for (Future<NodeHash> one : asked) {
        nodes.add(one.get());
      }
      return nodes;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      askers.shutdownNow();
    }
  }

  private NodeHash ask(HostPort server, BeginHashResponse begun) throws InterruptedException {
    try (ServerList one = api.server(server)) {
      return new NodeHash(server, new AdminClient(one, api.timeout()).hash(begun), null);
    } catch (ApiException e) {
      return new NodeHash(server, null, e);
    }
  }

  private void write(List<NodeHash> nodes) {
    PrintWriter out = spec.commandLine().getOut();
    switch (output) {
      case table -> {
        try (TableWriter table =
            new TableWriter(out, List.of("NODE", "REVISION", "BINDINGS", "HASH"))) {
          for (NodeHash node : nodes) {
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

  private static ObjectNode json(NodeHash node) {
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

  private ExitCode judge(List<NodeHash> nodes, long revision) {
    PrintWriter err = spec.commandLine().getErr();
    ExitCode worst = ExitCode.OK;
    for (NodeHash node : nodes) {
      ApiException failure = node.failure();
      if (failure != null) {
        err.println("Error: " + failure.getMessage());
        worst = worse(worst, exitCode(failure));
      }
    }
    Map<String, List<String>> alike = new LinkedHashMap<>();
    for (NodeHash node : nodes) {
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
