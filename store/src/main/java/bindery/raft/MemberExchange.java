package bindery.raft;

import bindery.peer.v1.HelloReply;
import bindery.peer.v1.HelloReply.Verdict;
import bindery.peer.v1.HelloRequest;
import bindery.peer.v1.Identity;
import bindery.peer.v1.Progress;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says hello to the other members, each second, and remembers what they answered: that they live,
 * how far they have come, whether they know this node's data folder, and their wall clocks. Any
 * thread.
 */
final class MemberExchange {
  private static final Logger LOG = LoggerFactory.getLogger(MemberExchange.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(3);

  private final Peers peers;
  private final Admission admission;
  private final DataFolder folder;
  private final Supplier<Progress> progress;
  private final MemberClocks clocks;
  private final Fatal fatal;
  private final Map<String, Heard> heard = new ConcurrentHashMap<>();
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  // Since when a member says that this node is none, by System.nanoTime.
  private final Map<String, Long> strangers = new ConcurrentHashMap<>();
  // Who answers in a member's place.
  private final Map<String, Identity> mistaken = new ConcurrentHashMap<>();

  // Why there is no TLS with a member, as it was told last.
  private final Map<String, String> insecure = new ConcurrentHashMap<>();

  /**
   * What a member said last.
   *
   * @param nanos when, by {@link System#nanoTime}
   */
  record Heard(long nanos, Progress progress) {
    // As few as are there before anybody notices.
    private static final long BEHIND_MAX_ENTRIES = 1_000;

    /** Whether it is fit to vote: no more than 1,000 entries behind, by the log. */
    boolean isNear(long committed) {
      return !progress.getCatchingUp()
          && committed - progress.getAppliedIndex() <= BEHIND_MAX_ENTRIES;
    }

    /** Whether it is fit to lead: near, and its disk as it should be. */
    boolean isFitToLead(long committed) {
      return isNear(committed) && !progress.getUnfitToLead();
    }
  }

  MemberExchange(
      Peers peers,
      Admission admission,
      DataFolder folder,
      Supplier<Progress> progress,
      MemberClocks clocks,
      Fatal fatal) {
    this.peers = peers;
    this.admission = admission;
    this.folder = folder;
    this.progress = progress;
    this.clocks = clocks;
    this.fatal = fatal;
  }

  /**
   * Asks all others once, before the node starts, and waits 2 s at most.
   *
   * @throws IOException if one of them refuses this data folder
   */
  void introduce() throws IOException {
    admission.admitAlone(peers.majority());
    List<CompletableFuture<String>> faults = new ArrayList<>();
    for (String other : peers.others()) {
      faults.add(hello(other));
    }
    for (CompletableFuture<String> fault : faults) {
      String text = fault.completeOnTimeout("", PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
      if (!text.isEmpty()) {
        throw new IOException(text);
      }
    }
  }

  /** Asks each other member that has answered the last time, or not within its time. */
  void helloAll() {
    for (String other : peers.others()) {
      if (asked.add(other)) {
        var unused =
            hello(other)
                .whenComplete(
                    (fault, failure) -> {
                      asked.remove(other);
                      if (fault != null && !fault.isEmpty()) {
                        fatal.report(fault);
                      }
                    });
      }
    }
  }

  // Answers what is wrong with this node by that member; empty if nothing is, or it is not there.
  private CompletableFuture<String> hello(String other) {
    Optional<PeerClient> client = peers.client(other);
    if (client.isEmpty()) {
      return CompletableFuture.completedFuture("");
    }
    HelloRequest request =
        HelloRequest.newBuilder()
            .setIdentity(admission.identity())
            .setProgress(progress.get())
            .build();
    long sentNanos = System.nanoTime();
    return client
        .get()
        .hello(request, PATIENCE)
        .thenApply(reply -> receive(other, reply, sentNanos, System.nanoTime()))
        .exceptionally(
            failure -> {
              tellSilent(other, failure);
              return "";
            });
  }

  // A member that is away is an everyday matter; one with which no TLS comes about is none.
  private void tellSilent(String other, Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    if (!(root instanceof SSLException || root instanceof GeneralSecurityException)) {
      LOG.debug("event=member-silent {}: {}", other, failure.toString());
    } else if (!String.valueOf(root.getMessage())
        .equals(insecure.put(other, String.valueOf(root.getMessage())))) {
      LOG.error(
          "event=member-tls-failed {}: {} (the log of {} has its side of it)",
          other,
          root.getMessage(),
          other);
    }
  }

  private String receive(String other, HelloReply reply, long sentNanos, long receivedNanos) {
    Identity from = reply.getIdentity();
    String fault = Admission.fault(reply.getVerdict(), other, folder.marker());
    try {
      boolean isIt = from.getNode().equals(other) && admission.receive(from) == Verdict.WELCOME;
      if (!isIt) {
        strangers.remove(other);
        if (!from.equals(mistaken.put(other, from))) {
          LOG.warn(
              "event=member-address-wrong at the address of {} answers {} of cluster {}, by its"
                  + " data folder another node than the member: set that address right, or replace"
                  + " the member (bindery member replace)",
              other,
              from.getNode(),
              from.getCluster());
        }
        // Whoever that is, to a member it says nothing of the cluster that this node is in.
        return fault == null || admission.admitted() ? "" : fault;
      }
      if (fault != null) {
        return fault;
      }
      mistaken.remove(other);
      insecure.remove(other);
      if (reply.getVerdict() == Verdict.NOT_A_MEMBER) {
        strangers.putIfAbsent(other, receivedNanos);
      } else {
        strangers.remove(other);
      }
      heard.put(other, new Heard(receivedNanos, reply.getProgress()));
      if (reply.hasWallMillis()) {
        clocks.read(other, reply.getWallMillis(), sentNanos, receivedNanos);
      }
      if (reply.getVerdict() == Verdict.WELCOME) {
        admission.welcomed(other, peers.majority());
      }
    } catch (IOException e) {
      fatal.report("cannot write to the data folder " + folder.path(), e);
    }
    return "";
  }

  /** Whether most of the others that vote say, for that long, that this node is no member. */
  boolean isDisowned(Duration patience) {
    List<String> voters = peers.otherVoters();
    long now = System.nanoTime();
    long since =
        voters.stream()
            .map(strangers::get)
            .filter(told -> told != null && now - told >= patience.toNanos())
            .count();
    return !voters.isEmpty() && since > voters.size() / 2;
  }

  /**
   * Whether all of the others that vote and answer say that this node is no member, and at least
   * one does. Enough where the engine has been ended besides, as a member that was removed is.
   */
  boolean isDisownedByAllThatAnswer() {
    long now = System.nanoTime();
    List<String> answering =
        peers.otherVoters().stream()
            .filter(
                voter -> {
                  Heard last = heard.get(voter);
                  return last != null && now - last.nanos() <= ANSWERED_WITHIN.toNanos();
                })
            .toList();
    return !answering.isEmpty() && strangers.keySet().containsAll(answering);
  }

  /**
   * Asks some members at once.
   *
   * @return what those said that answered in time. Blocks for that
   */
  Map<String, Heard> ask(Collection<String> names, Duration patience) throws InterruptedException {
    long begun = System.nanoTime();
    CompletableFuture<?>[] asking =
        names.stream().map(this::hello).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(asking).get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("event=members-silent {}", e.toString());
    }
    Map<String, Heard> answered = new HashMap<>();
    for (String name : names) {
      heard(name)
          .filter(last -> last.nanos() - begun >= 0)
          .ifPresent(last -> answered.put(name, last));
    }
    return answered;
  }

  /** Whether a member has said anything since then, by {@link System#nanoTime}. */
  boolean isHeardSince(String member, long nanos) {
    return heard(member).filter(last -> last.nanos() - nanos >= 0).isPresent();
  }

  /** What a member said last; empty if nothing since this node started. */
  Optional<Heard> heard(String member) {
    return Optional.ofNullable(heard.get(member));
  }
}
