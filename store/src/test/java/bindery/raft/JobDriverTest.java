package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.log.v1.Apply;
import bindery.log.v1.Command;
import bindery.log.v1.Exchange;
import bindery.log.v1.Group;
import bindery.log.v1.Item;
import bindery.log.v1.Lease;
import bindery.log.v1.Link;
import bindery.log.v1.LinkResult;
import bindery.log.v1.OpenSession;
import bindery.log.v1.Prefix;
import bindery.log.v1.PutLink;
import bindery.model.DhcpTime;
import bindery.store.BindingCursor;
import bindery.store.Selector;
import bindery.store.StoreVerifier;
import bindery.store.StoreView;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs are carried on by whoever leads, and come to the same at every member. */
class JobDriverTest {
  private static final int CLIENTS = 12_000;
  private static final int NO_LINK = 0;

  private static ByteString octets(long high, long low) {
    return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(high).putLong(low).array());
  }

  private static Item put(int client, long cltt) {
    byte[] duid =
        ByteBuffer.allocate(10).putInt(0x00030001).putShort((short) 2).putInt(client).array();
    return Item.newBuilder()
        .setExchange(
            Exchange.newBuilder()
                .setClient(ByteString.copyFrom(duid))
                .setCltt(cltt)
                .addLeases(
                    Lease.newBuilder()
                        .setOperation(Lease.Operation.PUT)
                        .setKind(1)
                        .setAddress(octets(0x2001_0db8_0001_0000L, client + 1L))
                        .setPrefixLength(128)
                        .setPreferred(-1)
                        .setValid(-1)
                        .setGranted(cltt)))
        .build();
  }

  private static void feed(Replica replica) throws Exception {
    feed(replica, 1, 0, CLIENTS, 1_750_000_000L);
  }

  /** Feeds leases of some clients, in a session of its own. */
  static void feed(Replica replica, long epoch, int first, int count, long cltt) throws Exception {
    long session =
        TestCluster.propose(
                replica,
                Command.newBuilder()
                    .setLevel(1)
                    .setOpenSession(
                        OpenSession.newBuilder().setSource("kea").setFeeder("a").setEpoch(epoch))
                    .build())
            .getOpen()
            .getSession();
    int most = 1_000;
    for (int from = 0; from < count; from += most) {
      Group.Builder group =
          Group.newBuilder()
              .setSource("kea")
              .setFeeder("a")
              .setSession(session)
              .setFirstSequence(from + 1L);
      for (int i = from; i < Math.min(count, from + most); i++) {
        group.addItems(put(first + i, cltt));
      }
      TestCluster.propose(
          replica,
          Command.newBuilder().setLevel(1).setApply(Apply.newBuilder().addGroups(group)).build());
    }
  }

  private static Command link(String name) {
    return Command.newBuilder()
        .setLevel(1)
        .setPutLink(
            PutLink.newBuilder()
                .setLink(
                    Link.newBuilder()
                        .setName(name)
                        .addPrefixes(
                            Prefix.newBuilder()
                                .setAddress(octets(0x2001_0db8_0001_0000L, 0))
                                .setLength(64))))
        .build();
  }

  private static Set<Integer> linksOf(StoreView view, int link) {
    Set<Integer> found = new HashSet<>();
    int count = 0;
    try (BindingCursor cursor =
        view.scan(
            new Selector.ByLink(List.of(NO_LINK, link)),
            true,
            DhcpTime.ofUnixMillis(view.clusterTimeMillis()))) {
      while (cursor.next()) {
        count++;
        found.add(cursor.linkId());
      }
    }
    assertThat(count).as("each binding once, however far the job is").isEqualTo(CLIENTS);
    return found;
  }

  @Test
  void rehome_leaderStopsInTheMiddle_isDoneByTheNextAndAlikeEverywhere(@TempDir Path folder)
      throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      String first = cluster.leader();
      feed(cluster.get(first));
      LinkResult put = TestCluster.propose(cluster.get(first), link("edge")).getLink();
      int link = put.getLink().getId();
      assertThat(put.getJob()).isPositive();
      try (StoreView view = cluster.get(first).store().view()) {
        assertThat(linksOf(view, link)).contains(link);
      }
      cluster.die(first);

      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () -> {
                for (Replica replica : cluster.running().values()) {
                  try (StoreView view = replica.store().view()) {
                    linksOf(view, link);
                    assertThat(view.topology().byId(link)).isPresent(); // the put is applied
                    assertThat(view.jobs()).isEmpty();
                  }
                }
              });
      cluster.start(first);
      long revision = TestCluster.propose(cluster.get(first), TestCluster.barrier()).getRevision();
      cluster.awaitApplied(revision);
      Set<Object> hashes = new HashSet<>();
      for (Replica replica : cluster.running().values()) {
        try (StoreView view = replica.store().view()) {
          assertThat(view.jobs()).isEmpty();
          assertThat(linksOf(view, link)).containsExactly(link);
          StoreVerifier.Report report = StoreVerifier.verify(view);
          assertThat(report.faults()).isEmpty();
          hashes.add(report.contentHash());
        }
      }
      assertThat(hashes).hasSize(1);
    }
  }
}
