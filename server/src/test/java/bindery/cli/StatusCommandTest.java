package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.v1.FeederStatus;
import bindery.v1.JobStatus;
import bindery.v1.MemberStatus;
import bindery.v1.Role;
import bindery.v1.SourceStatus;
import bindery.v1.StatusResponse;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StatusCommandTest {
  private final ScriptedNode first;
  private final ScriptedNode second;

  StatusCommandTest() throws IOException {
    first = ScriptedNode.start();
    second = ScriptedNode.start();
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
  }

  private static StatusResponse.Builder status(String node, Role role, long revision) {
    return StatusResponse.newBuilder()
        .setCluster("north")
        .setNode(node)
        .setRole(role)
        .setLeader("n1")
        .setRevision(revision)
        .setCommittedIndex(revision)
        .setClusterTimeMillis(1_764_000_005_000L)
        .setBarrierAgeMillis(-1)
        .setLinks(3)
        .addMembers(MemberStatus.newBuilder().setName(node).setSelf(true))
        .setBindingsEstimate(4_000)
        .putSettings("retain-ended", "24h")
        .addSources(
            SourceStatus.newBuilder()
                .setName("kea")
                .setLastItemMillis(1_764_000_000_000L)
                .addFeeders(FeederStatus.newBuilder().setName("kea-csv").setLastSequence(77)));
  }

  private CommandRun ask(String... more) {
    String[] arguments = new String[3 + more.length];
    arguments[0] = "status";
    arguments[1] = "--server";
    arguments[2] = first.address();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return CommandRun.of(arguments);
  }

  @Test
  void status_severalNodes_standSideBySide() {
    first.sayStatus(status("n1", Role.LEADER, 100).build());
    second.sayStatus(
        status("n2", Role.FOLLOWER, 90)
            .addWarnings("clock")
            .setCommittedIndex(100)
            .setClockOffsetMillis(-3_600_042)
            .build());

    CommandRun run = ask("--server", second.address());

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out().replaceAll(" +", " "))
        .contains("SERVER " + first.address() + " " + second.address())
        .contains("node n1 n2")
        .contains("role leader follower")
        .contains("revision 100 90")
        .contains("behind 0 10")
        .contains("links 3 3")
        .contains("retain-ended 24h 24h")
        .contains("clock offset +0.000s -3600.042s")
        .contains("source kea kea-csv@77 5s ago, never fed kea-csv@77 5s ago, never fed")
        .contains("members heard 1 of 1 1 of 1")
        .contains("cluster time 2025-11-24T16:00:05Z");
    assertThat(run.err()).contains("Warning: n2: clock");
  }

  @Test
  void status_asJson_isAnObjectForEachNode() {
    first.sayStatus(status("n1", Role.LEADER, 100).build());

    assertThat(ask("-o", "json").lines())
        .singleElement()
        .asString()
        .contains("\"reached\":true")
        .contains("\"role\":\"leader\"")
        .contains("\"bindings_estimate\":4000");
  }

  @Test
  void status_oneNodeUnreachable_exits3AndShowsTheOther() throws IOException {
    first.sayStatus(status("n1", Role.LEADER, 100).build());

    CommandRun run = ask("--server", FeedJsonCommandTest.closedPort());

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.out()).contains("n1").contains("unreachable");
    assertThat(run.err()).contains("Error: ");
  }

  @Test
  void status_noNodeReachable_exits7() throws IOException {
    CommandRun run = CommandRun.of("status", "--server", FeedJsonCommandTest.closedPort());

    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void status_noLeader_exits3() {
    first.sayStatus(status("n1", Role.CANDIDATE, 100).setLeader("").build());

    CommandRun run = ask();

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err()).contains("knows no leader");
  }

  @Test
  void status_notServing_exits3() {
    first.sayStatus(status("n1", Role.NOT_SERVING, 0).build());

    assertThat(ask().exit()).isEqualTo(3);
  }

  @Test
  void status_leaderHearsNothingOfAMember_exits3() {
    first.sayStatus(
        status("n1", Role.LEADER, 100)
            .addMembers(MemberStatus.newBuilder().setName("n2").setHeardMillis(2_000))
            .addMembers(MemberStatus.newBuilder().setName("n3").setHeardMillis(60_000))
            .build());

    CommandRun run = ask();

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err())
        .contains("member n3 was last heard of 1m ago")
        .doesNotContain("member n2")
        .doesNotContain("member n1");
    assertThat(run.out().replaceAll(" +", " ")).contains("members heard 2 of 3");
  }

  // A follower hears each member's hello just as the leader does.
  @Test
  void status_followerHasNeverHeardOfAMember_exits3() {
    first.sayStatus(
        status("n1", Role.FOLLOWER, 100)
            .addMembers(MemberStatus.newBuilder().setName("n2").setHeardMillis(-1))
            .build());

    CommandRun run = ask();

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err()).contains("member n2 has not been heard of yet by n1");
  }

  @Test
  void status_sourceThatToldNothing_andJobs_areNotMadeUp() {
    first.sayStatus(
        status("n1", Role.LEADER, 100)
            .addSources(SourceStatus.newBuilder().setName("isc"))
            .addJobs(JobStatus.newBuilder().setKind(JobStatus.Kind.REHOME).setVisited(1_000))
            .addJobs(
                JobStatus.newBuilder()
                    .setKind(JobStatus.Kind.SWEEPING)
                    .setSource("kea")
                    .setVisited(9_000))
            .build());

    assertThat(ask().out().replaceAll(" +", " "))
        .contains("source isc never")
        .contains("jobs rehome 25%, sweeping of kea 9000 leases");
  }
}
