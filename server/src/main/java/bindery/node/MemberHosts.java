package bindery.node;

import bindery.model.DaemonThreads;
import bindery.model.HostPort;
import bindery.raft.Member;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The hosts of members, looked up to warn of those that are not known. */
final class MemberHosts {
  private static final Duration LOOKUP_MAX = Duration.ofSeconds(5);

  private MemberHosts() {}

  /**
   * Looks up all of them at once.
   *
   * @return a sentence for each that has no address. Blocks for 5 s at most
   */
  static List<String> unknown(List<Member> members) {
    ExecutorService lookups =
        Executors.newFixedThreadPool(members.size(), new DaemonThreads("member-lookup"));
    Map<Member, CompletableFuture<Optional<String>>> faults = new LinkedHashMap<>();
    for (Member member : members) {
      faults.put(member, CompletableFuture.supplyAsync(() -> fault(member), lookups));
    }
    lookups.shutdown();
    long deadlineNanos = System.nanoTime() + LOOKUP_MAX.toNanos();
    List<String> warnings = new ArrayList<>();
    faults.forEach(
        (member, fault) ->
            await(fault, deadlineNanos - System.nanoTime())
                .ifPresent(
                    text ->
                        warnings.add(
                            "members: "
                                + member.name()
                                + "="
                                + member.address()
                                + ": "
                                + text
                                + " (it is looked up again at each try to connect)")));
    return warnings;
  }

  private static Optional<String> fault(Member member) {
    String host = HostPort.parse(member.address()).host();
    try {
      InetAddress.getByName(host);
      return Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.of("the host " + host + " is not known yet");
    }
  }

  private static Optional<String> await(CompletableFuture<Optional<String>> fault, long nanos) {
    try {
      return fault.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return Optional.of("no name server answered within " + LOOKUP_MAX.toSeconds() + " s");
    } catch (ExecutionException e) {
      return Optional.of("it could not be looked up: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
