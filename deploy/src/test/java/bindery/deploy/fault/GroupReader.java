package bindery.deploy.fault;

import bindery.deploy.RawRequestor;
import bindery.deploy.WireData;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Asks one host's node, by link, relay-ID, remote-ID and client-id in turn, until stopped. */
final class GroupReader implements Runnable {
  private static final long PAUSE_MILLIS = 15;
  private static final int CONNECT_MILLIS = 2_000;
  // Far beyond what a node may take to say that it cannot answer.
  private static final int SILENCE_MILLIS = 60_000;
  private static final byte[] ANY_LINK = new byte[16];

  private final int host;
  private final History history;
  private final Cluster cluster;
  private final Findings findings;
  private final Random random;
  private volatile boolean isStopping;

  GroupReader(int host, History history, Cluster cluster, Findings findings, long seed) {
    this.host = host;
    this.history = history;
    this.cluster = cluster;
    this.findings = findings;
    random = new Random(seed);
  }

  void stop() {
    isStopping = true;
  }

  @Override
  public void run() {
    try {
      while (!isStopping) {
        int feeder = 1 + random.nextInt(history.feeders());
        int group = random.nextInt(history.groups());
        switch (random.nextInt(4)) {
          case 0 ->
              ask(feeder, all(), RawRequestor.byLink(Groups.linkAddress(feeder), true), "link");
          case 1 ->
              ask(
                  feeder,
                  all(),
                  RawRequestor.byRelay(Groups.relayId(feeder), ANY_LINK, true),
                  "relay");
          case 2 ->
              ask(
                  feeder,
                  List.of(group),
                  RawRequestor.byRemote(Groups.remoteId(feeder, group), ANY_LINK, true),
                  "remote");
          default -> {
            int client = random.nextInt(History.CLIENTS);
            byte[] query =
                RawRequestor.byClient(Groups.duid(feeder, group, client), ANY_LINK, true);
            ask(feeder, List.of(group), query, "client");
          }
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Integer> all() {
    return IntStream.range(0, history.groups()).boxed().toList();
  }

  /** Asks for all groups of all feeders, each by its link; whether all was answered. */
  boolean askForAll() {
    boolean isAnswered = true;
    for (int feeder = 1; feeder <= history.feeders(); feeder++) {
      byte[] query = RawRequestor.byLink(Groups.linkAddress(feeder), true);
      isAnswered &= ask(feeder, all(), query, "link");
    }
    return isAnswered;
  }

  private boolean ask(int feeder, List<Integer> groups, byte[] query, String kind) {
    Node node = cluster.node(host);
    boolean wasWell = node.isWell();
    int disturbances = node.disturbances();
    long[] least = history.known(feeder);
    RawRequestor.Answer answer;
    try {
      InetSocketAddress address = new InetSocketAddress(Network.address(host), Cluster.QUERY_PORT);
      answer = RawRequestor.ask(address, query, CONNECT_MILLIS, SILENCE_MILLIS);
    } catch (IOException e) {
      if (wasWell && node.isWell() && node.disturbances() == disturbances) {
        fail(e, kind);
      }
      findings.count("queries_failed");
      return false;
    }
    node.noteAnswer();
    if (answer.status() != 0 || answer.endStatus() != 0) {
      findings.count("queries_refused");
      return false;
    }
    findings.count("queries_answered");
    judge(feeder, groups, least, answer, kind);
    return true;
  }

  // Of a node that ran all the while.
  private void fail(IOException failure, String kind) {
    String text = "host " + host + ", by " + kind + ": " + failure;
    if (failure instanceof SocketTimeoutException) {
      findings.violation(text);
    } else {
      findings.count("queries_failed_at_a_node_that_runs");
      findings.tell(text);
    }
  }

  private void judge(
      int feeder, List<Integer> asked, long[] least, RawRequestor.Answer answer, String kind) {
    List<String> wrong = new ArrayList<>();
    Map<Integer, Long> shown = new HashMap<>();
    Map<Integer, Integer> clients = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    for (WireData data : answer.data()) {
      ByteBuffer duid = ByteBuffer.wrap(HexFormat.of().parseHex(data.client()));
      int group = duid.getShort(6);
      int client = duid.getShort(8);
      long version = Groups.version(data);
      if (duid.get(5) != feeder || !asked.contains(group)) {
        wrong.add(data.client() + " was not asked for");
        continue;
      }
      String address =
          HexFormat.of().formatHex(Groups.address(feeder, group, History.slot(client, version)));
      if (History.isEnded(version) || !data.leases().keySet().equals(Set.of(key(address)))) {
        wrong.add(data.client() + " at version " + version + " holds " + data.leases().keySet());
      }
      if (!seen.add(data.client()) || !seen.add(address)) {
        wrong.add(data.client() + " or its address is there twice");
      }
      Long before = shown.put(group, version);
      if (before != null && before != version) {
        wrong.add("group " + group + " is there at versions " + before + " and " + version);
      }
      clients.merge(group, 1, Integer::sum);
    }
    clients.forEach(
        (group, count) -> {
          if (!kind.equals("client") && count != History.CLIENTS) {
            wrong.add(count + " clients of group " + group + " (expected all or none)");
          }
        });
    wrong.addAll(history.judge(feeder, least, asked, shown));
    wrong.forEach(text -> findings.violation("host " + host + ", by " + kind + ": " + text));
  }

  private static String key(String address) {
    return "address/" + address + "/128";
  }
}
