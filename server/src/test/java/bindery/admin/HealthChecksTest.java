package bindery.admin;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.admin.HealthCheck.Subject;
import bindery.admin.HealthCheck.Verdict;
import bindery.query.FedStore;
import bindery.raft.Member;
import bindery.raft.ReplicaStatus;
import bindery.raft.ReplicaStatus.Disk;
import bindery.raft.ReplicaStatus.MemberStatus;
import bindery.raft.ReplicaStatus.Role;
import bindery.store.AppliedIndex;
import bindery.store.StoreView;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each check says of what a node knows. */
final class HealthChecksTest {
  private String leader = "n2";
  private long committed = 100;
  private long othersApplied = 100;
  private long barrierAge = 20;
  private long clockOffset = 3;
  private long heard = 500;
  private String diskFault = "";

  private ReplicaStatus status() {
    return new ReplicaStatus(
        Role.FOLLOWER,
        7,
        leader,
        new AppliedIndex(7, 100),
        committed,
        50,
        1,
        4_096,
        barrierAge,
        clockOffset,
        new Disk(4, 3L << 30, diskFault),
        List.of(member("n1", 0, true), member("n2", heard, false), member("n3", heard, false)));
  }

  private MemberStatus member(String name, long heardMillis, boolean isSelf) {
    return new MemberStatus(
        new Member(name, "10.0.0.1:5471"),
        0,
        isSelf ? 100 : othersApplied,
        heardMillis,
        OptionalLong.empty(),
        isSelf);
  }

  private HealthCheck check(Subject subject) {
    return HealthChecks.deciding(status()).stream()
        .filter(check -> check.subject() == subject)
        .findFirst()
        .orElseThrow();
  }

  private HealthCheck advice(Subject subject, Path folder) {
    try (FedStore store = FedStore.open(folder);
        StoreView view = store.view()) {
      return HealthChecks.advising(status(), view).stream()
          .filter(check -> check.subject() == subject)
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void deciding_allWell_isOkAndSaysWhatWasFound() {
    assertThat(HealthChecks.deciding(status()).stream().map(HealthCheck::line))
        .containsExactly(
            "[+]quorum ok: n2 leads; 3 of 3 voters were heard within 10 s",
            "[+]read-barrier ok: a majority answered the one sent 20 ms ago",
            "[+]apply-lag ok: 0 committed entries are still to be applied");
  }

  @Test
  void quorum_noLeader_failsAndSaysHowManyAreMissing() {
    leader = "";
    heard = 10_001;

    assertThat(check(Subject.QUORUM).verdict()).isEqualTo(Verdict.FAILED);
    assertThat(check(Subject.QUORUM).text())
        .contains("no leader is known; 1 of 3 voters were heard")
        .contains("expected 2 or more");
  }

  @Test
  void readBarrier_noneYetOrTooOld_fails() {
    barrierAge = -1;
    assertThat(check(Subject.READ_BARRIER).text()).endsWith("a read barrier yet");
    barrierAge = 15_001;
    assertThat(check(Subject.READ_BARRIER).verdict()).isEqualTo(Verdict.FAILED);
    barrierAge = 15_000;
    assertThat(check(Subject.READ_BARRIER).verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void applyLag_byOwnWordOrAnothersBeyondTheLimit_fails() {
    committed = 100 + HealthChecks.LAG_ENTRIES_MAX;
    assertThat(check(Subject.APPLY_LAG).verdict()).isEqualTo(Verdict.OK);
    committed++;
    assertThat(check(Subject.APPLY_LAG).verdict()).isEqualTo(Verdict.FAILED);
    committed = 100;
    othersApplied = 101 + HealthChecks.LAG_ENTRIES_MAX;
    assertThat(check(Subject.APPLY_LAG).verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void advising_clockAndDisk_warnAndNeverFail(@TempDir Path folder) {
    clockOffset = -2_500;
    diskFault = "12.0 MiB are free";

    assertThat(advice(Subject.CLOCK, folder.resolve("a")).line())
        .startsWith("[!]clock warning: its clock is 2.5s behind");
    assertThat(advice(Subject.DISK, folder.resolve("b")).line())
        .isEqualTo("[!]disk warning: 12.0 MiB are free");
    assertThat(advice(Subject.FEED, folder.resolve("c")).verdict()).isEqualTo(Verdict.OK);
  }
}
