package bindery.raft;

import bindery.model.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.util.ExitUtils;
import org.apache.ratis.util.LifeCycle;

/** The Raft engine of this node with its one group, and the few things asked of it. Any thread. */
final class Engine implements Proposals.Leadership {
  private static final long SNAPSHOT_MILLIS_MAX = 60_000;
  private static final Duration HAND_OVER_MAX = Duration.ofSeconds(10);

  private final RaftServer server;
  private final RaftGroupId group;
  private final Path folder;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();

  private Engine(RaftServer server, RaftGroupId group, Path folder) {
    this.server = server;
    this.group = group;
    this.folder = folder;
  }

  static {
    // The engine would end the process by itself, also for an uncaught exception of any thread.
    Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    ExitUtils.disableSystemExit();
    Thread.setDefaultUncaughtExceptionHandler(handler);
  }

  /**
   * Builds the engine; it does nothing until started.
   *
   * @throws IOException if its port cannot be bound or its folder cannot be used
   */
  static Engine of(
      ReplicaOptions options,
      DataFolder folder,
      StateMachine machine,
      GrpcServices.Customizer port,
      PeerSecurity security,
      PromptCommit prompt)
      throws IOException {
    UUID id = folder.marker().group();
    List<RaftPeer> peers = new ArrayList<>();
    for (Member member : options.members()) {
      if (!options.isJoining()) {
        peers.add(peer(member));
      } else if (member.name().equals(options.node())) {
        // The leader tells who the others are. A follower that is in no configuration ends itself
        // after an election time-out; a learner waits.
        peers.add(peer(new Member(member.name(), member.address(), true)));
      }
    }
    HostPort given = HostPort.parse(options.listen());
    InetSocketAddress listen = InetSocketAddress.createUnresolved(given.host(), given.port());
    checkFree(listen, options.listen());
    Parameters parameters = new Parameters();
    GrpcConfigKeys.Server.setServicesCustomizer(parameters, port);
    security.secure(parameters);
    RaftProperties settings = RaftSettings.of(options, listen, folder.raft());
    prompt.attach(settings, parameters);
    RaftGroupId group = RaftGroupId.valueOf(id);
    RaftServer server =
        RaftServer.newBuilder()
            .setServerId(RaftPeerId.valueOf(options.node()))
            .setGroup(RaftGroup.valueOf(group, peers))
            .setStateMachine(machine)
            .setProperties(settings)
            .setParameters(parameters)
            .setOption(RaftStorage.StartupOption.RECOVER)
            .build();
    return new Engine(server, group, folder.log());
  }

  private static RaftPeer peer(Member member) {
    return RaftPeer.newBuilder()
        .setId(member.name())
        .setAddress(member.address())
        .setStartupRole(member.isLearner() ? RaftPeerRole.LISTENER : RaftPeerRole.FOLLOWER)
        .build();
  }

  // The engine's own answer to a port in use is to end the process.
  private static void checkFree(InetSocketAddress listen, String text) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(listen.getHostString(), listen.getPort()));
    } catch (IOException e) {
      throw new IOException("cannot listen for Raft on " + text + ": " + e.getMessage(), e);
    }
  }

  /**
   * Starts it.
   *
   * @throws IOException if it cannot
   */
  void start() throws IOException {
    try {
      server.start();
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "the Raft engine does not start on its log in "
              + folder
              + ": "
              + root(e)
              + " (if files are damaged, replace the member by one with a new name and an empty"
              + " folder: bindery member replace; the other members go on meanwhile)",
          e);
    }
  }

  // The engine wraps what happened several times over.
  private static String root(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString();
  }

  RaftServer server() {
    return server;
  }

  RaftGroupId group() {
    return group;
  }

  /** The engine's part for the group; throws once it is closed. */
  RaftServer.Division division() {
    try {
      return server.getDivision(group);
    } catch (IOException e) {
      throw new IllegalStateException("the Raft group is not there: " + e.getMessage(), e);
    }
  }

  private DivisionInfo info() {
    return division().getInfo();
  }

  @Override
  public boolean isLeader() {
    return isRunning() && info().isLeader();
  }

  /** The newest term that this node knows of. */
  long term() {
    return info().getCurrentTerm();
  }

  /** Whether this node leads and has applied all that was committed before it did. */
  boolean isLeaderReady() {
    return isRunning() && info().isLeaderReady();
  }

  @Override
  public Optional<String> leader() {
    return isRunning()
        ? Optional.ofNullable(info().getLeaderId()).map(RaftPeerId::toString)
        : Optional.empty();
  }

  /** Whether it takes part in the group. */
  boolean isRunning() {
    if (server.getLifeCycleState() != LifeCycle.State.RUNNING) {
      return false;
    }
    RaftServer.Division division = division();
    return division.getInfo().isAlive() && division.getRaftLog().isOpened();
  }

  RaftLog log() {
    return division().getRaftLog();
  }

  /**
   * The members by the Raft configuration; none on a node that waits to be added, which knows of
   * itself alone.
   */
  List<Member> members() {
    RaftConfiguration now = division().getRaftConf();
    if (now.getCurrentPeers(RaftPeerRole.FOLLOWER).isEmpty()) {
      return List.of();
    }
    return Stream.concat(
            now.getCurrentPeers(RaftPeerRole.FOLLOWER).stream()
                .map(peer -> new Member(peer.getId().toString(), peer.getAddress())),
            now.getCurrentPeers(RaftPeerRole.LISTENER).stream()
                .map(peer -> new Member(peer.getId().toString(), peer.getAddress(), true)))
        .sorted(Comparator.comparing(Member::name))
        .toList();
  }

  /**
   * Changes who the members are. Newcomers are brought up to date first, for as long as they move.
   *
   * @param before who they are now; fails if that has changed meanwhile
   */
  CompletableFuture<RaftClientReply> setMembers(List<Member> before, List<Member> now) {
    SetConfigurationRequest.Arguments change =
        SetConfigurationRequest.Arguments.newBuilder()
            .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
            .setServersInCurrentConf(peers(before, false))
            .setListenersInCurrentConf(peers(before, true))
            .setServersInNewConf(peers(now, false))
            .setListenersInNewConf(peers(now, true))
            .build();
    return submit(
        () ->
            server.setConfigurationAsync(
                new SetConfigurationRequest(
                    client, server.getId(), group, calls.incrementAndGet(), change)));
  }

  private static List<RaftPeer> peers(List<Member> members, boolean learners) {
    return members.stream()
        .filter(member -> member.isLearner() == learners)
        .map(Engine::peer)
        .toList();
  }

  /** Has a Raft snapshot taken, which purges the log. */
  CompletableFuture<Long> snapshot() {
    return submit(
            () ->
                server.snapshotManagementAsync(
                    SnapshotManagementRequest.newCreate(
                        client,
                        server.getId(),
                        group,
                        calls.incrementAndGet(),
                        SNAPSHOT_MILLIS_MAX,
                        1)))
        .thenApply(RaftClientReply::getLogIndex);
  }

  /**
   * Drops the engine's connections to another member; the next call to it connects anew, to the
   * address that its name has then. Blocks for some seconds where an old one does not end.
   */
  void reconnect(String member) {
    server
        .getServerRpc()
        .handleException(
            RaftPeerId.valueOf(member), new IOException(member + " is connected anew"), true);
  }

  /** Has another member lead instead of this one. Fails if it does not within 10 s. */
  CompletableFuture<RaftClientReply> handOver(String successor) {
    return handOver(successor, HAND_OVER_MAX);
  }

  /** The same within another time. Until it is over nothing is appended here. */
  CompletableFuture<RaftClientReply> handOver(String successor, Duration most) {
    return submit(
        () ->
            server.transferLeadershipAsync(
                new TransferLeadershipRequest(
                    client,
                    server.getId(),
                    group,
                    calls.incrementAndGet(),
                    RaftPeerId.valueOf(successor),
                    most.toMillis())));
  }

  /**
   * Has this node stand for election at once, as a leader that hands over would.
   *
   * @param lost who led in that term
   * @return whether it does: not if its log has no entry of that term, or it follows another by now
   */
  boolean stand(String lost, long term) throws IOException {
    return server
        .startLeaderElection(
            StartLeaderElectionRequestProto.newBuilder()
                .setServerRequest(
                    RaftRpcRequestProto.newBuilder()
                        .setRequestorId(RaftPeerId.valueOf(lost).toByteString())
                        .setReplyId(server.getId().toByteString())
                        .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(group.toByteString()))
                        .setCallId(calls.incrementAndGet()))
                .setLeaderLastEntry(TermIndexProto.newBuilder().setTerm(term).setIndex(0))
                .build())
        .getServerReply()
        .getSuccess();
  }

  private interface Submission {
    CompletableFuture<RaftClientReply> run() throws IOException;
  }

  private static CompletableFuture<RaftClientReply> submit(Submission submission) {
    try {
      return submission
          .run()
          .thenCompose(
              reply ->
                  reply.isSuccess()
                      ? CompletableFuture.completedFuture(reply)
                      : CompletableFuture.failedFuture(reply.getException()));
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Stops it. May hang: the engine has been seen to. */
  void close() throws IOException {
    server.close();
  }
}
