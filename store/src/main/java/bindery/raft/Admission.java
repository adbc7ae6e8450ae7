package bindery.raft;

import bindery.model.Bytes;
import bindery.peer.v1.HelloReply.Verdict;
import bindery.peer.v1.Identity;
import bindery.peer.v1.InviteRequest;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a member that lost its disk from voting again.
 *
 * <p>A voter that forgot whom it voted for and what it acknowledged can make a committed entry
 * vanish. The engine cannot tell: to it an empty folder is a first start. So each data folder has
 * an identity of its own, which its node tells the other members ("hello"), and each member writes
 * down, for good, the first folder it hears of for each name. Whoever comes with another one is
 * refused by name.
 *
 * <p>A new folder first waits at the gate: until a majority, itself included, has welcomed it, its
 * Raft port answers nothing but hellos, so it neither votes nor takes entries. It need not wait for
 * all, so a first start works with a member down, and one that starts for the first time an hour
 * later is as unknown, and as welcome, as the others were. Nobody waits for an answer to start its
 * own port, so nodes started one after the other meet.
 *
 * <p>The engine has a rule of the same kind: no candidate is elected by the vote of a member whose
 * log is empty. So a cluster that loses its leader before every member has its first entry, which
 * takes a second or two after the first start, waits until that leader is back.
 *
 * <p>The limit: a folder is sure to be recognized only by members that it had met. Lost at a moment
 * when the only members within reach never heard of it (they were down ever since it first
 * started), it would be let in. Members say hello each second, so that takes a member that has been
 * away since the cluster's very beginning, together with a lost disk. When a member leaves the Raft
 * configuration its folder is forgotten, by every member that sees it leave; one that was away then
 * goes on refusing the name to any other folder, so a new machine is better given a new name.
 *
 * <p>A node that is to be added later waits at the gate too, until the leader invites it: its name
 * is no member's, so nobody else can have voted under it.
 */
final class Admission implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
  // What other members call. The engine serves its own clients and administrators on the same port,
  // who could go round every check of Membership: nobody is one.
  private static final Set<String> SERVICES =
      Set.of(PeerMethods.SERVICE, RaftServerProtocolServiceGrpc.SERVICE_NAME);
  // What passes the gate.
  private static final Set<String> AT_THE_GATE =
      Set.of(PeerMethods.HELLO.getFullMethodName(), PeerMethods.INVITE.getFullMethodName());

  private final DataFolder folder;
  private final KnownMembers known;
  private final Predicate<String> isMember;
  private final Set<String> welcomes = new HashSet<>();
  private final Set<String> expected = ConcurrentHashMap.newKeySet();
  private final Map<String, Bytes> refused = new ConcurrentHashMap<>();
  private volatile boolean admitted;

  /**
   * Of the node whose folder it is.
   *
   * @param isMember whether a name is a member's, as this node knows
   */
  Admission(DataFolder folder, KnownMembers known, Predicate<String> isMember) {
    this.folder = folder;
    this.known = known;
    this.isMember = isMember;
    admitted = folder.marker().state() != FolderMarker.State.NEW;
  }

  /** Who this node is, for the other members. */
  Identity identity() {
    FolderMarker marker = folder.marker();
    return Identity.newBuilder()
        .setCluster(marker.cluster())
        .setNode(marker.node())
        .setFolder(ByteString.copyFrom(marker.folder().toArray()))
        .build();
  }

  /**
   * What to say to another member's hello.
   *
   * @throws IOException if a newcomer cannot be written down
   */
  Verdict receive(Identity other) throws IOException {
    if (!other.getCluster().equals(folder.marker().cluster())) {
      return Verdict.OTHER_CLUSTER;
    }
    String name = other.getNode();
    if (!isMember.test(name) && !expected.contains(name)) {
      return Verdict.NOT_A_MEMBER;
    }
    Bytes itsFolder = Bytes.of(other.getFolder().toByteArray());
    if (known.recognize(name, itsFolder)) {
      return Verdict.WELCOME;
    }
    if (!itsFolder.equals(refused.put(name, itsFolder))) {
      LOG.error(
          "event=member-folder-unknown {} came with another data folder than it had: refused",
          name);
    }
    return Verdict.OTHER_FOLDER;
  }

  /** From now on that name is as good as a member's: this node, which leads, adds it. */
  void expect(String newcomer) {
    expected.add(newcomer);
  }

  /**
   * It is a member now, or will not be.
   *
   * @param members who the members are now
   * @throws IOException if that cannot be written down
   */
  void expectNoMore(String newcomer, Set<String> members) throws IOException {
    expected.remove(newcomer);
    known.retain(members);
  }

  /**
   * Opens the gate by the word of a leader that adds this node.
   *
   * @param isJoining whether this node was started to be added
   * @return why it does not; empty if the gate is open
   * @throws IOException if that cannot be written down
   */
  synchronized Optional<String> invite(InviteRequest request, boolean isJoining)
      throws IOException {
    FolderMarker own = folder.marker();
    if (!request.getIdentity().getCluster().equals(own.cluster())) {
      return Optional.of(
          own.node()
              + " is to join cluster "
              + own.cluster()
              + " (expected "
              + request.getIdentity().getCluster()
              + ")");
    }
    if (!request.getNode().equals(own.node())) {
      return Optional.of(
          "the node at that address is " + own.node() + " (expected " + request.getNode() + ")");
    }
    if (!isJoining) {
      return Optional.of(
          own.node() + " was not started to be added (expected join: true in its configuration)");
    }
    admit();
    return Optional.empty();
  }

  /** Whether a majority has welcomed this folder, or the leader has invited it. */
  boolean admitted() {
    return admitted;
  }

  /** Opens the gate of a cluster of one. */
  synchronized void admitAlone(int majority) throws IOException {
    if (majority == 1) {
      admit();
    }
  }

  /** Counts another member's welcome. */
  synchronized void welcomed(String by, int majority) throws IOException {
    if (!admitted && welcomes.add(by) && welcomes.size() + 1 >= majority) {
      admit();
    }
  }

  private void admit() throws IOException {
    if (!admitted) {
      folder.mark(marker -> marker.withState(FolderMarker.State.ADMITTED));
      admitted = true;
      LOG.info(
          "event=member-admitted the cluster knows the data folder of {}", folder.marker().node());
    }
  }

  /** What is wrong with this node by that verdict; null if nothing is. */
  static @Nullable String fault(Verdict verdict, String by, FolderMarker own) {
    return switch (verdict) {
      // A member that is behind may not know of a newcomer yet.
      case WELCOME, NOT_A_MEMBER, VERDICT_UNSPECIFIED, UNRECOGNIZED -> null;
      case OTHER_FOLDER ->
          "member "
              + by
              + " knows "
              + own.node()
              + " with another data folder than this one, which is new or was put here: a voter"
              + " that lost its disk must not vote again under its old name. Bring back the very"
              + " data folder of "
              + own.node()
              + " from its own disk, never a backup, which has forgotten what it voted for; or replace"
              + " the member by one with a new name (bindery member replace); the other members go on"
              + " meanwhile";
      case OTHER_CLUSTER ->
          "the node at the address of member "
              + by
              + " belongs to another cluster than "
              + own.cluster()
              + ": check `members`";
    };
  }

  /**
   * Lets only hellos and invitations pass until a majority knows this node, and then what members
   * call.
   */
  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String service = String.valueOf(call.getMethodDescriptor().getServiceName());
    if (!SERVICES.contains(service)) {
      return refused(call, Status.PERMISSION_DENIED.withDescription(service + " is not offered"));
    }
    if (!admitted && !AT_THE_GATE.contains(call.getMethodDescriptor().getFullMethodName())) {
      return refused(call, Status.UNAVAILABLE.withDescription("not admitted to the cluster yet"));
    }
    return next.startCall(call, headers);
  }

  private static <Q, R> ServerCall.Listener<Q> refused(ServerCall<Q, R> call, Status why) {
    call.close(why, new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
