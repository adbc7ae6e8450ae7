package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.v1.FeederStatus;
import bindery.v1.JobStatus;
import bindery.v1.SourceStatus;
import bindery.v1.StatusResponse;
import io.grpc.Status;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SourceCommandsTest {
  private final ScriptedNode node;

  SourceCommandsTest() throws IOException {
    node = ScriptedNode.start();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private CommandRun source(String... arguments) {
    String[] all = new String[3 + arguments.length];
    all[0] = "source";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[1 + arguments.length] = "--server";
    all[2 + arguments.length] = node.address();
    return CommandRun.of(all);
  }

  private static SourceStatus.Builder kea(String name) {
    return SourceStatus.newBuilder()
        .setName(name)
        .setFed(true)
        .setLastItemMillis(1_764_000_000_000L)
        .addFeeders(FeederStatus.newBuilder().setName("a").setLastSequence(77));
  }

  @Test
  void list_everyState_isSaid() {
    node.sayStatus(
        StatusResponse.newBuilder()
            .setClusterTimeMillis(1_764_000_060_000L)
            .addSources(kea("fed").setSkewMillis(-12))
            .addSources(kea("silent").setSilent(true).addWarnings("clock").addWarnings("silent"))
            .addSources(kea("syncing").addFeeders(FeederStatus.newBuilder().setSyncOpen(true)))
            .addSources(kea("held"))
            .addSources(SourceStatus.newBuilder().setName("new"))
            .addJobs(
                JobStatus.newBuilder()
                    .setKind(JobStatus.Kind.SWEEP_HELD)
                    .setSource("held")
                    .setLive(4_000)
                    .setGoing(3_000))
            .build());

    CommandRun run = source("list");

    assertThat(run.exit()).isZero();
    assertThat(run.lines()).hasSize(6);
    assertThat(run.lines().get(0)).contains("NAME", "LAST HEARD", "WARNINGS", "STATE");
    assertThat(run.lines().get(1)).contains("a@77").contains("1m ago").contains("-12ms");
    assertThat(run.lines().get(1)).endsWith("fed");
    assertThat(run.lines().get(2)).endsWith("clock,silent  silent");
    assertThat(run.lines().get(3)).endsWith("in a resync");
    assertThat(run.lines().get(4)).endsWith("sweep held back: 3000 of 4000 would end");
    assertThat(run.lines().get(5)).contains("never").endsWith("never fed");
    assertThat(source("list", "-o", "json").lines().get(3))
        .contains("\"name\":\"held\"")
        .contains("\"state\":\"sweep held back: 3000 of 4000 would end\"");
  }

  @Test
  void acceptSweepAndRemove_areAskedForAndTold() {
    CommandRun accepted = source("accept-sweep", "kea1");
    CommandRun removed = source("remove", "kea2");

    assertThat(accepted.exit()).isZero();
    assertThat(accepted.err()).contains("source kea1: begun; bindery status shows");
    assertThat(removed.err()).contains("source kea2: done");
    assertThat(node.decided).containsOnlyKeys("accept kea1", "remove kea2");
  }

  @Test
  void remove_unknown_exits4() {
    node.refuseWith(Status.NOT_FOUND.withDescription("no source named kea9"));

    CommandRun run = source("remove", "kea9");

    assertThat(run.exit()).isEqualTo(4);
    assertThat(run.err()).contains("no source named kea9");
  }

  @Test
  void source_badName_isAUsageError() {
    assertThat(source("remove", "kea one").exit()).isEqualTo(2);
    assertThat(CommandRun.of("source").exit()).isEqualTo(2);
  }
}
