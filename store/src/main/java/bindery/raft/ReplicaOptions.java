package bindery.raft;

import bindery.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a replica is started with.
 *
 * @param cluster the cluster's name; all members must agree, a folder of another is refused
 * @param node this node's name, one of {@code members}
 * @param data the node's data folder; made if missing
 * @param listen host and port to bind for Raft
 * @param members for the first start; afterwards the Raft configuration rules
 * @param isJoining whether an empty folder waits to be added to a running cluster, of which {@code
 *     members} names some beside this node, rather than to found one
 * @param electionTimeout the least time without a leader before an election; the most is twice that
 * @param barrierTimeout how long a barrier may take
 * @param snapshotLogBytes take a Raft snapshot when the log has grown by that many octets
 * @param snapshotInterval take one at least that often, if there is anything new
 * @param keptEntries how many entries below a snapshot the log keeps, for followers a little behind
 * @param freeSpaceMin octets; with fewer free where {@code data} is, the node does not lead if
 *     others can, and warns; 0 for however few
 * @param store the store's memory
 * @param initialSettings the cluster settings to seed at the very first start
 * @param tls between the members; empty for none
 */
public record ReplicaOptions(
    String cluster,
    String node,
    Path data,
    String listen,
    List<Member> members,
    boolean isJoining,
    Duration electionTimeout,
    Duration barrierTimeout,
    long snapshotLogBytes,
    Duration snapshotInterval,
    int keptEntries,
    long freeSpaceMin,
    StoreOptions store,
    bindery.log.v1.Settings initialSettings,
    Optional<PeerTls> tls) {
  /** Without TLS between the members. */
  public ReplicaOptions(
      String cluster,
      String node,
      Path data,
      String listen,
      List<Member> members,
      boolean isJoining,
      Duration electionTimeout,
      Duration barrierTimeout,
      long snapshotLogBytes,
      Duration snapshotInterval,
      int keptEntries,
      long freeSpaceMin,
      StoreOptions store,
      bindery.log.v1.Settings initialSettings) {
    this(
        cluster,
        node,
        data,
        listen,
        members,
        isJoining,
        electionTimeout,
        barrierTimeout,
        snapshotLogBytes,
        snapshotInterval,
        keptEntries,
        freeSpaceMin,
        store,
        initialSettings,
        Optional.empty());
  }

  /** Copies the list. */
  public ReplicaOptions {
    members = List.copyOf(members);
  }
}
