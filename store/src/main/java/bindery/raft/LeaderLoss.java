package bindery.raft;

import bindery.model.DaemonThreads;
import bindery.model.HostPort;
import bindery.peer.v1.Progress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a voter stand for election at once when the leader's process has ended, in place of after an
 * election time-out or two.
 *
 * <p>The sign is the machine's own word: the connection to the leader is gone, and a new one is
 * refused, so nothing listens there. A leader that is cut off, frozen or without power refuses
 * nothing; that is left to the time-outs. The voters that answer go in the order of their logs, the
 * longest first and each a while after the one before, so that one of them is elected rather than
 * each by itself; if they are no majority, none does. The engine then skips the question whether
 * the others still hear the leader, so this is done once for each connection that was lost.
 *
 * <p>One thread of its own, which waits for no more than a second.
 */
final class LeaderLoss implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderLoss.class);
  private static final long LOOK_MILLIS = 50;
  private static final int CONNECT_MILLIS_MAX = 500;
  private static final Duration ANSWER_MAX = Duration.ofMillis(300);
  private static final long STEP_MILLIS = 300; // several times what an election takes

  private static final Comparator<Candidate> ORDER =
      Comparator.comparing(Candidate::isUnfit)
          .thenComparing(Candidate::lastTerm, Comparator.reverseOrder())
          .thenComparing(Candidate::lastIndex, Comparator.reverseOrder())
          .thenComparing(Candidate::name);

  private final Peers peers;
  private final MemberExchange members;
  private final Engine engine;
  private final Standpoint standpoint;
  private final String node;
  private final ScheduledExecutorService worker;
  private @Nullable String connected; // the leader that this node was connected to

  private record Candidate(String name, boolean isUnfit, long lastTerm, long lastIndex) {
    static Candidate of(String name, Progress progress) {
      return new Candidate(
          name, progress.getUnfitToLead(), progress.getLastTerm(), progress.getLastIndex());
    }
  }

  /** Of the node of that name; does nothing until started. */
  LeaderLoss(
      Peers peers, MemberExchange members, Engine engine, Standpoint standpoint, String node) {
    this.peers = peers;
    this.members = members;
    this.engine = engine;
    this.standpoint = standpoint;
    this.node = node;
    worker = Executors.newSingleThreadScheduledExecutor(new DaemonThreads("raft-loss-" + node));
  }

  /** Begins, until it is closed. */
  void start() {
    var unused =
        worker.scheduleWithFixedDelay(
            this::safeLook, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void safeLook() {
    try {
      look();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      LOG.debug("event=leader_loss_failed {}", e.toString());
    }
  }

  private void look() throws IOException, InterruptedException {
    String leader = engine.leader().orElse(node);
    if (leader.equals(node)) {
      connected = null;
    } else if (peers.client(leader).filter(PeerClient::isConnected).isPresent()) {
      connected = leader;
    } else if (leader.equals(connected)) {
      connected = null;
      lost(leader, engine.term());
    }
  }

  private void lost(String leader, long term) throws IOException, InterruptedException {
    Optional<Member> member =
        engine.members().stream().filter(one -> one.name().equals(leader)).findFirst();
    if (member.isEmpty() || !isRefused(HostPort.parse(member.get().address()))) {
      return;
    }
    List<String> others = new ArrayList<>(peers.otherVoters());
    others.remove(leader);
    List<Candidate> candidates = new ArrayList<>();
    candidates.add(Candidate.of(node, standpoint.get()));
    members
        .ask(others, ANSWER_MAX)
        .forEach((name, heard) -> candidates.add(Candidate.of(name, heard.progress())));
    if (candidates.size() < peers.majority()) {
      return;
    }
    candidates.sort(ORDER);
    List<String> order = candidates.stream().map(Candidate::name).toList();
    Thread.sleep(STEP_MILLIS * order.indexOf(node));
    if (engine.leader().filter(leader::equals).isPresent() && engine.term() == term) {
      boolean stands = engine.stand(leader, term);
      LOG.info(
          "event=leader_gone the process of {}, which led, has ended; by their logs the order is"
              + " {}{}",
          leader,
          order,
          stands ? "" : "; this node cannot stand for election");
    }
  }

  private static boolean isRefused(HostPort address) {
    try (Socket probe = new Socket()) {
      probe.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS_MAX);
      return false;
    } catch (ConnectException e) {
      // The same class tells of a machine that does not answer.
      return String.valueOf(e.getMessage()).contains("refused");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
