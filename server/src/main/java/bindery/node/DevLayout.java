package bindery.node;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a node of a development cluster keeps its files and which ports it takes: node i of n uses
 * base + 10 (i - 1) + 1 for leasequery, + 2 API, + 3 Raft, + 4 HTTP.
 *
 * @param folder of the cluster
 * @param nodes how many there are
 * @param basePort the base
 */
record DevLayout(Path folder, int nodes, int basePort) {
  /** The most nodes of a development cluster. */
  static final int NODES_MAX = 9;

  private static final String HOST = "127.0.0.1";

  String name(int node) {
    return "n" + node;
  }

  Path home(int node) {
    return folder.resolve(name(node));
  }

  Path config(int node) {
    return home(node).resolve("bindery.yaml");
  }

  Path pid(int node) {
    return home(node).resolve("pid");
  }

  Path log(int node) {
    return home(node).resolve("log");
  }

  String leasequery(int node) {
    return endpoint(node, 1);
  }

  String api(int node) {
    return endpoint(node, 2);
  }

  String raft(int node) {
    return endpoint(node, 3);
  }

  String http(int node) {
    return endpoint(node, 4);
  }

  private String endpoint(int node, int role) {
    return HOST + ":" + (basePort + 10 * (node - 1) + role);
  }

  /** The highest port in use. */
  int portMax() {
    return basePort + 10 * (nodes - 1) + 4;
  }

  /** What the configuration of each node says of its own. */
  static final List<Setting<?>> OWN =
      List.of(
          Settings.CLUSTER,
          Settings.NODE,
          Settings.DATA,
          Settings.MEMBERS,
          Settings.RAFT_LISTEN,
          Settings.API_LISTEN,
          Settings.HTTP_LISTEN,
          LeasequerySettings.LISTEN);

  /** The text of a node's configuration file. */
  String configText(int node) {
    StringBuilder members = new StringBuilder();
    for (int i = 1; i <= nodes; i++) {
      members.append("  ").append(name(i)).append(": \"").append(raft(i)).append("\"\n");
    }
    return """
        cluster: dev
        node: %s
        data: %s
        members:
        %sraft:
          listen: "%s"
        api:
          listen: "%s"
        http:
          listen: "%s"
        leasequery:
          listen: "%s"
        """
        .formatted(
            name(node),
            home(node).resolve("data"),
            members,
            raft(node),
            api(node),
            http(node),
            leasequery(node));
  }
}
