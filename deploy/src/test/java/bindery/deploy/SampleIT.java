package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.deploy.Capture.Verdict;
import bindery.deploy.KeaOracle.Binding;
import bindery.deploy.RawRequestor.Answer;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a real Kea wrote, fed into three real processes: every node answers every type of query as
 * an oracle, worked out from the file by the tests' own code, says it must; and tshark reads the
 * octets.
 */
final class SampleIT {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] ANY_LINK = new byte[16];

  /** Lifetimes and ages are compared with the clock; a busy machine may be late by that much. */
  private static final long SECONDS_SLACK = 600;

  @TempDir private static Path folder;

  private static PackagedProgram program;
  private static DevRun cluster;
  private static KeaOracle oracle;

  @BeforeAll
  static void feedSample() throws Exception {
    Path sample = Path.of(System.getProperty("bindery.sample"));
    Path config = sample.resolve("kea-dhcp6.conf");
    Path leases = sample.resolve("kea-leases6.csv");
    oracle = KeaOracle.read(config, leases);
    program = PackagedProgram.unpack(folder);
    cluster = DevRun.start(program, folder.resolve("cluster"));
    PackagedProgram.Outcome imported =
        program.run(
            "link", "import-kea", config.toString(), "--source", "kea", "--server", cluster.api(1));
    assertThat(imported.exit()).as(imported.err()).isZero();
    PackagedProgram.Outcome fed =
        program.run(
            "feed", "kea-csv", leases.toString(), "--source", "kea", "--server", cluster.api(2));
    assertThat(fed.exit()).as(fed.err()).isZero();
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.close();
  }

  @Test
  void sample_asKeptHere_isWhatTheTestsNeed() {
    assertThat(oracle.bindings().size()).isGreaterThan(4_000);
    assertThat(oracle.relayIds().size()).isGreaterThanOrEqualTo(3);
    assertThat(oracle.links()).anySatisfy(link -> assertThat(link.prefixes()).hasSize(2));
  }

  @Test
  void hash_atEveryNode_isOne() {
    PackagedProgram.Outcome compared =
        program.run(
            "hash",
            "--server",
            cluster.api(1) + "," + cluster.api(2) + "," + cluster.api(3),
            "-o",
            "json");
    assertThat(compared.exit()).as(compared.err()).isZero();
    List<String> nodes = compared.out().lines().toList();
    assertThat(nodes).hasSize(3);
    assertThat(nodes.stream().map(line -> line.substring(line.indexOf("\"hash\":"))).distinct())
        .singleElement()
        .asString()
        .matches("\"hash\":\"[0-9a-f]{64}\"}");
    assertThat(nodes)
        .allSatisfy(
            line -> assertThat(line).contains("\"bindings\":" + oracle.bindings().size() + ","));
  }

  @Test
  void byRelay_everyRelayAtEveryNode_isWhatTheFileSays() throws Exception {
    for (String relay : oracle.relayIds()) {
      check(
          RawRequestor.byRelay(HEX.parseHex(relay), ANY_LINK, true),
          oracle.where(b -> b.relayIds.contains(relay)),
          true);
    }
  }

  @Test
  void byRelay_onALink_isOnlyThatLinks() throws Exception {
    String relay = oracle.relayIds().first();
    for (KeaOracle.Link link : oracle.links()) {
      check(
          RawRequestor.byRelay(HEX.parseHex(relay), within(link.prefixes().get(0)), false),
          oracle.where(b -> b.relayIds.contains(relay) && b.link.equals(link.name())),
          false);
    }
  }

  @Test
  void byLink_everyPrefixAtEveryNode_isWhatTheFileSays() throws Exception {
    for (KeaOracle.Link link : oracle.links()) {
      for (String prefix : link.prefixes()) {
        check(
            RawRequestor.byLink(within(prefix), false),
            oracle.where(b -> b.link.equals(link.name())),
            false);
      }
    }
  }

  @Test
  void byRemote_aSampleOfThemAtEveryNode_isWhatTheFileSays() throws Exception {
    for (String remote : some(List.copyOf(oracle.remoteIds()), 40)) {
      check(
          RawRequestor.byRemote(HEX.parseHex(remote), ANY_LINK, true),
          oracle.where(b -> b.remoteIds.contains(remote)),
          true);
    }
  }

  @Test
  void byClient_aSampleOfThemAtEveryNode_isWhatTheFileSays() throws Exception {
    for (Binding binding : some(oracle.bindings(), 60)) {
      check(
          RawRequestor.byClient(HEX.parseHex(binding.client), ANY_LINK, true),
          oracle.where(b -> b.client.equals(binding.client)),
          true);
    }
  }

  @Test
  void byAddress_aSampleOfThemAtEveryNode_isTheHoldersWholeBinding() throws Exception {
    for (Binding binding : some(oracle.bindings(), 60)) {
      for (String lease : binding.leases.keySet()) {
        byte[] address = HEX.parseHex(lease.split("/", -1)[1]);
        if (lease.startsWith("prefix/")) {
          address[15] = 0x2a; // inside the delegated prefix (S-63)
        }
        check(RawRequestor.byAddress(address, ANY_LINK, false), List.of(binding), false);
      }
    }
  }

  /** Asks every node; each must answer exactly the expected bindings, in one well-formed answer. */
  private static void check(byte[] query, List<Binding> expected, boolean relayData)
      throws Exception {
    for (int node = 1; node <= 3; node++) {
      Answer answer = RawRequestor.ask(cluster.leasequeryPort(node), query);
      checkShape(answer);
      checkContent(answer.data(), expected, relayData);
      checkOctets(node, answer);
    }
  }

  /** S-30..S-43: REPLY, DATA.., DONE of one transaction; a REPLY alone if there is nothing. */
  private static void checkShape(Answer answer) {
    List<byte[]> frames = answer.frames();
    for (int i = 0; i < frames.size(); i++) {
      byte[] frame = frames.get(i);
      int last = frames.size() - 1;
      int expected =
          i == 0 ? RawRequestor.REPLY : i == last ? RawRequestor.DONE : RawRequestor.DATA;
      assertThat((int) frame[2]).isEqualTo(expected);
      assertThat(HEX.formatHex(frame, 3, 6)).isEqualTo(HEX.formatHex(answer.query(), 3, 6));
      Set<Integer> codes = new HashSet<>();
      WireOption.parse(frame, 6, frame.length).forEach(o -> codes.add(o.code()));
      if (i == 0) {
        assertThat(codes).contains(1, 2).doesNotContain(13);
      } else {
        assertThat(codes).isEqualTo(i == last ? Set.of() : Set.of(45));
      }
    }
    assertThat(answer.data()).hasSize(Math.max(0, frames.size() - 1));
  }

  private static void checkContent(List<WireData> told, List<Binding> expected, boolean relayData) {
    List<WireData> sorted = new ArrayList<>(told);
    sorted.sort(Comparator.comparing(WireData::client).thenComparing(d -> d.leases().toString()));
    List<Binding> wanted = new ArrayList<>(expected);
    wanted.sort(
        Comparator.comparing((Binding b) -> b.client).thenComparing(b -> b.leases.toString()));
    assertThat(sorted.stream().map(d -> d.client() + d.leases().keySet()).sorted())
        .containsExactlyElementsOf(
            wanted.stream().map(b -> b.client + b.leases.keySet()).sorted().toList());
    long now = System.currentTimeMillis() / 1_000;
    for (Binding binding : wanted) {
      WireData data =
          sorted.stream()
              .filter(d -> d.client().equals(binding.client))
              .filter(d -> d.leases().keySet().equals(binding.leases.keySet()))
              .findFirst()
              .orElseThrow();
      assertThat(data.cltAge())
          .isBetween(now - binding.cltt - SECONDS_SLACK, now - binding.cltt + SECONDS_SLACK);
      assertThat(data.relayData()).isEqualTo(relayData ? binding.relayData : "");
      binding.leases.forEach(
          (key, lease) -> {
            WireData.Lifetimes lifetimes = data.leases().get(key);
            checkLifetime(lifetimes.valid(), lease.validUntil(), now);
            checkLifetime(lifetimes.preferred(), lease.preferredUntil(), now);
          });
    }
  }

  /** S-58: seconds remaining; infinity stays infinity. */
  private static void checkLifetime(long told, long until, long now) {
    if (until == KeaOracle.INFINITE) {
      assertThat(told).isEqualTo(KeaOracle.INFINITE);
    } else {
      assertThat(told).isBetween(until - now - SECONDS_SLACK, until - now + SECONDS_SLACK);
    }
  }

  /** The only message that tshark may find malformed is the empty DONE, which it does not know. */
  private static void checkOctets(int node, Answer answer) throws Exception {
    if (node != 1) {
      return; // one reading of the octets is enough: the content was compared at each
    }
    List<Verdict> verdicts = Capture.judge(folder, cluster.leasequeryPort(node), answer.frames());
    assertThat(verdicts).hasSameSizeAs(answer.frames());
    for (int i = 0; i < verdicts.size(); i++) {
      Verdict verdict = verdicts.get(i);
      byte[] frame = answer.frames().get(i);
      assertThat(verdict.messageType()).isEqualTo(frame[2]);
      if (verdict.malformed()) {
        assertThat(frame[2]).isEqualTo((byte) RawRequestor.DONE);
        assertThat(frame).hasSize(6);
      }
    }
  }

  private static byte[] within(String prefix) throws Exception {
    byte[] address = InetAddress.getByName(prefix.substring(0, prefix.indexOf('/'))).getAddress();
    address[15] |= 0x7f;
    return address;
  }

  private static <T> List<T> some(List<T> all, int count) {
    int step = Math.max(1, all.size() / count);
    List<T> some = new ArrayList<>();
    for (int i = 0; i < all.size() && some.size() < count; i += step) {
      some.add(all.get(i));
    }
    return some;
  }
}
