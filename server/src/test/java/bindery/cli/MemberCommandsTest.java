package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.v1.ChangeMembersRequest;
import bindery.v1.MemberAddress;
import bindery.v1.MemberStatus;
import bindery.v1.ReplaceMember;
import bindery.v1.StatusResponse;
import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MemberCommandsTest {
  private final ScriptedNode node;

  MemberCommandsTest() throws IOException {
    node = ScriptedNode.start();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(
        Stream.concat(Stream.of(arguments), Stream.of("--server", node.address()))
            .toArray(String[]::new));
  }

  @Test
  void changes_asked_areWhatTheNodeIsAskedFor() {
    MemberAddress newcomer =
        MemberAddress.newBuilder().setName("n4").setRaftAddress("10.0.0.4:5471").build();

    assertThat(run("member", "add", "n4", "10.0.0.4:5471").err()).contains("n4 is a learner");
    assertThat(run("member", "promote", "n4").err()).contains("n4 votes");
    assertThat(run("member", "remove", "n4").err()).contains("n4 is no member any more");
    assertThat(run("member", "replace", "n3", "n4", "10.0.0.4:5471").err())
        .contains("n4 votes in the place of n3");
    assertThat(run("move-leader", "n2").err()).contains("n2 leads");
    assertThat(run("move-leader").exit()).isZero();

    assertThat(node.memberChanges)
        .containsExactly(
            ChangeMembersRequest.newBuilder().setAdd(newcomer).build(),
            ChangeMembersRequest.newBuilder().setPromote("n4").build(),
            ChangeMembersRequest.newBuilder().setRemove("n4").build(),
            ChangeMembersRequest.newBuilder()
                .setReplace(ReplaceMember.newBuilder().setName("n3").setNewcomer(newcomer))
                .build(),
            ChangeMembersRequest.newBuilder().setMoveLeader("n2").build(),
            ChangeMembersRequest.newBuilder().setMoveLeader("").build());
  }

  @Test
  void change_refused_saysWhyAndExits5() {
    node.refuseWith(Status.INVALID_ARGUMENT.withDescription("n1 leads"));

    CommandRun run = run("member", "remove", "n1");

    assertThat(run.exit()).isEqualTo(5);
    assertThat(run.err()).contains("n1 leads");
  }

  @Test
  void change_unknownOutcome_namesWhereToLook() {
    node.refuseWith(Status.UNAVAILABLE.withDescription("no answer of the leader"));

    CommandRun run = run("member", "remove", "n1");

    assertThat(run.exit()).isEqualTo(6);
    assertThat(run.err()).contains("bindery member list");
  }

  @Test
  void address_withoutPort_isAUsageError() {
    CommandRun run = run("member", "add", "n4", "10.0.0.4");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(node.memberChanges).isEmpty();
  }

  @Test
  void list_members_showsRolesAndHowFarTheyAre() {
    node.sayStatus(
        StatusResponse.newBuilder()
            .setNode("n1")
            .setLeader("n2")
            .setCommittedIndex(100)
            .addMembers(member("n1", 100, 0).setSelf(true))
            .addMembers(member("n2", 98, 250))
            .addMembers(member("n3", -1, -1))
            .addMembers(member("n4", 40, 1_250).setLearner(true))
            .build());

    List<String> lines = run("member", "list").lines();
    assertThat(lines.get(0)).matches("NAME +RAFT +ROLE +BEHIND +HEARD");
    assertThat(lines.get(1)).matches("n1 +10.0.0.1:5471 +voter +0 +itself");
    assertThat(lines.get(2)).matches("n2 +10.0.0.1:5471 +leader +2 +0.3s ago");
    assertThat(lines.get(3)).matches("n3 +10.0.0.1:5471 +voter +- +never");
    assertThat(lines.get(4)).matches("n4 +10.0.0.1:5471 +learner +60 +1.3s ago");
    assertThat(run("member", "list", "-o", "json").lines().get(3))
        .isEqualTo(
            "{\"name\":\"n4\",\"raft_address\":\"10.0.0.1:5471\",\"role\":\"learner\",\"behind\":60,"
                + "\"heard_millis\":1250}");
  }

  private static MemberStatus.Builder member(String name, long applied, long heardMillis) {
    return MemberStatus.newBuilder()
        .setName(name)
        .setRaftAddress("10.0.0.1:5471")
        .setAppliedIndex(applied)
        .setHeardMillis(heardMillis);
  }
}
