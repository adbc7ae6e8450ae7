package bindery.deploy.fault;

import bindery.deploy.PackagedProgram;
import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.feeder.LinkClient;
import bindery.feeder.ServerList;
import bindery.model.HostPort;
import bindery.v1.BeginHashResponse;
import bindery.v1.ChangeMembersRequest;
import bindery.v1.HashResponse;
import bindery.v1.MemberAddress;
import bindery.v1.MemberStatus;
import bindery.v1.ReplaceMember;
import bindery.v1.Role;
import bindery.v1.StatusResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** A node on each of three hosts. A supervisor starts again what ends by itself. Any thread. */
final class Cluster implements AutoCloseable {
  /** As many members as there are hosts. */
  static final int HOSTS = 3;

  static final int API_PORT = 5470;
  static final int QUERY_PORT = 547;

  private static final Duration CALL_MAX = Duration.ofSeconds(5);
  private static final Duration CHANGE_MAX = Duration.ofMinutes(2);
  private static final Duration HASH_MAX = Duration.ofMinutes(1);
  private static final Duration SETTLE_MAX = Duration.ofMinutes(4);
  private static final long LOOK_MILLIS = 500;
  private static final int ENDINGS_MAX = 2;

  private final PackagedProgram program;
  private final Path folder;
  private final Findings findings;
  private final Network network;
  private final Map<Integer, Node> nodes = new HashMap<>();
  private final Map<Integer, Disk> disks = new HashMap<>();
  private int names;
  private volatile boolean isClosed;
  private final Thread supervisor = new Thread(this::supervise, "supervisor");

  private Cluster(PackagedProgram program, Path folder, Findings findings) throws IOException {
    this.program = program;
    this.folder = folder;
    this.findings = findings;
    network = Network.of(HOSTS);
    for (int host = 1; host <= HOSTS; host++) {
      Path home = folder.resolve("h" + host);
      Files.createDirectories(home);
      disks.put(host, new Disk(home));
      nodes.put(host, newNode(host));
    }
  }

  /** Starts all and waits until they are well. */
  static Cluster start(PackagedProgram program, Path folder, Findings findings)
      throws IOException, InterruptedException {
    Cluster cluster = new Cluster(program, folder, findings);
    for (Node node : cluster.all()) {
      node.configure(cluster.all(), false);
      node.start();
    }
    cluster.supervisor.setDaemon(true);
    cluster.supervisor.start();
    cluster.settle();
    return cluster;
  }

  private Node newNode(int host) {
    String name = "n" + ++names;
    Disk disk = Objects.requireNonNull(disks.get(host));
    return new Node(program, folder.resolve(name), host, name, disk);
  }

  Network network() {
    return network;
  }

  synchronized Node node(int host) {
    return Objects.requireNonNull(nodes.get(host));
  }

  synchronized List<Node> all() {
    return List.copyOf(nodes.values());
  }

  private void supervise() {
    try {
      while (!isClosed) {
        for (Node node : all()) {
          if (node.hasEnded()) {
            node.countEnding();
            findings.count("ended_by_itself");
            findings.tell(node.name() + " ended by itself: " + node.lastError());
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            if (!isClosed && node.hasEnded()) {
              node.start();
            }
          }
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ServerList server(int host) {
    return new ServerList(List.of(new HostPort(Network.address(host), API_PORT)));
  }

  private interface Call<T> {
    T run(AdminClient client) throws ApiException, InterruptedException;
  }

  private static <T> T call(int host, Duration most, Call<T> call)
      throws ApiException, InterruptedException {
    try (ServerList servers = server(host)) {
      return call.run(new AdminClient(servers, most));
    }
  }

  /** What a host's node says of itself; empty if it says nothing. */
  Optional<StatusResponse> status(int host) throws InterruptedException {
    try {
      return Optional.of(call(host, CALL_MAX, AdminClient::status));
    } catch (ApiException e) {
      return Optional.empty();
    }
  }

  /** The host whose node leads, by the latest term that any node tells; empty if none is known. */
  Optional<Integer> leader() throws InterruptedException {
    long term = -1;
    Optional<Integer> leader = Optional.empty();
    for (int host = 1; host <= HOSTS; host++) {
      if (!node(host).isUp()) {
        continue;
      }
      Optional<StatusResponse> status = status(host);
      if (status.isPresent()
          && status.get().getRole() == Role.LEADER
          && status.get().getTerm() > term) {
        term = status.get().getTerm();
        leader = Optional.of(host);
      }
    }
    return leader;
  }

  /** Puts the link of each feeder. */
  void putLinks(int feeders) throws ApiException, InterruptedException {
    try (ServerList servers = server(1)) {
      for (int feeder = 1; feeder <= feeders; feeder++) {
        new LinkClient(servers, CHANGE_MAX).put(Groups.link(feeder), OptionalLong.empty());
      }
    }
  }

  /**
   * Waits until every node is well: it leads or follows, and has applied all that was committed
   * when it was asked. One that ends again and again and asks to be replaced is replaced.
   *
   * @return what stands against it after 4 min; empty if nothing does
   */
  Optional<String> settle() throws IOException, InterruptedException {
    long endNanos = System.nanoTime() + SETTLE_MAX.toNanos();
    String obstacle = "";
    do {
      obstacle = obstacle();
      if (obstacle.isEmpty()) {
        return Optional.empty();
      }
      for (Node node : all()) {
        // By its own word: its files were damaged, or a full disk took its term and vote.
        boolean isLost = !node.damage().isEmpty() || node.lastError().contains("member replace");
        if (isLost && node.endings() > ENDINGS_MAX) {
          findings.count(node.damage().isEmpty() ? "vote_lost" : "damage_found_later");
          findings.tell(node.name() + " found " + node.damage() + ": " + node.lastError());
          Optional<String> failed = replace(node.host());
          if (failed.isPresent()) {
            return failed;
          }
        }
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } while (System.nanoTime() - endNanos < 0);
    return Optional.of(obstacle);
  }

  private String obstacle() throws InterruptedException {
    long committed = 0;
    List<StatusResponse> all = new ArrayList<>();
    for (int host = 1; host <= HOSTS; host++) {
      Optional<StatusResponse> status = status(host);
      if (status.isEmpty()) {
        return node(host).name() + " says nothing";
      }
      committed = Math.max(committed, status.get().getCommittedIndex());
      all.add(status.get());
    }
    if (leader().isEmpty()) {
      return "no leader";
    }
    for (StatusResponse status : all) {
      Optional<StatusResponse> now = status(host(status.getNode()));
      if (now.isEmpty() || now.get().getRevision() < committed) {
        return status.getNode() + " has not come to " + committed;
      }
      if (status.getRole() != Role.LEADER && status.getRole() != Role.FOLLOWER) {
        return status.getNode() + " is " + status.getRole();
      }
      if (status.getMembersList().stream().filter(member -> !member.getLearner()).count()
          != HOSTS) {
        return status.getNode() + " knows of " + names(status.getMembersList());
      }
    }
    return "";
  }

  private int host(String name) {
    return all().stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow().host();
  }

  private static List<String> names(List<MemberStatus> members) {
    return members.stream().map(MemberStatus::getName).toList();
  }

  /** Has another node lead; whether one did. */
  boolean moveLeader(int at) throws InterruptedException {
    return change(at, ChangeMembersRequest.newBuilder().setMoveLeader("").build()).isEmpty();
  }

  private Optional<String> change(int at, ChangeMembersRequest request)
      throws InterruptedException {
    try {
      call(at, CHANGE_MAX, client -> client.changeMembers(request));
      return Optional.empty();
    } catch (ApiException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Has an empty node under a new name take the place of a host's node, which is gone for good.
   *
   * @return what stood against it; empty if it was done
   */
  Optional<String> replace(int host) throws IOException, InterruptedException {
    Node gone = node(host);
    gone.kill();
    Shell.run("rm -rf " + gone.data());
    Node newcomer;
    synchronized (this) {
      newcomer = newNode(host);
      List<Node> members = new ArrayList<>(all());
      members.remove(gone);
      members.add(newcomer);
      newcomer.configure(members, true);
      nodes.put(host, newcomer);
    }
    newcomer.start();
    MemberAddress address =
        MemberAddress.newBuilder()
            .setName(newcomer.name())
            .setRaftAddress(Network.address(host) + ":5471")
            .build();
    ChangeMembersRequest request =
        ChangeMembersRequest.newBuilder()
            .setReplace(ReplaceMember.newBuilder().setName(gone.name()).setNewcomer(address))
            .build();
    long endNanos = System.nanoTime() + SETTLE_MAX.toNanos();
    Optional<String> obstacle = Optional.empty();
    do {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      obstacle = change(host % HOSTS + 1, request);
      if (obstacle.isEmpty() || status(host % HOSTS + 1).filter(this::isWhole).isPresent()) {
        return Optional.empty();
      }
    } while (System.nanoTime() - endNanos < 0);
    return obstacle;
  }

  // Whether the members are those of the hosts now, all with a vote.
  private boolean isWhole(StatusResponse status) {
    return status.getMembersList().stream()
        .allMatch(
            member ->
                !member.getLearner()
                    && all().stream().anyMatch(node -> node.name().equals(member.getName())));
  }

  /** What every node holds at one revision, by host; each is asked alone. */
  Map<Integer, HashResponse> hashes() throws ApiException, InterruptedException {
    BeginHashResponse begun = call(1, HASH_MAX, AdminClient::beginHash);
    Map<Integer, HashResponse> hashes = new HashMap<>();
    for (int host = 1; host <= HOSTS; host++) {
      hashes.put(host, call(host, HASH_MAX, client -> client.hash(begun)));
    }
    return hashes;
  }

  /** What a host's node finds wrong with its rows. */
  List<String> verify(int host) throws ApiException, InterruptedException {
    return call(host, HASH_MAX, AdminClient::verify).getFaultsList();
  }

  @Override
  public void close() {
    isClosed = true;
    supervisor.interrupt();
    all().forEach(Node::kill);
  }
}
