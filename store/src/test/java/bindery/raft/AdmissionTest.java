package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.peer.v1.HelloReply.Verdict;
import bindery.peer.v1.Identity;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmissionTest {
  @Test
  void receive_eachKindOfCaller_hasItsVerdict(@TempDir Path tmp) throws Exception {
    try (DataFolder folder = DataFolder.open(tmp, "north", "n1")) {
      Admission admission = admission(folder);
      assertThat(admission.receive(identity("north", "n2", 1))).isEqualTo(Verdict.WELCOME);
      assertThat(admission.receive(identity("north", "n2", 1))).isEqualTo(Verdict.WELCOME);
      assertThat(admission.receive(identity("north", "n2", 2))).isEqualTo(Verdict.OTHER_FOLDER);
      assertThat(admission.receive(identity("south", "n2", 1))).isEqualTo(Verdict.OTHER_CLUSTER);
      assertThat(admission.receive(identity("north", "x9", 1))).isEqualTo(Verdict.NOT_A_MEMBER);
      assertThat(admission(folder).receive(identity("north", "n2", 2)))
          .as("after a restart")
          .isEqualTo(Verdict.OTHER_FOLDER);
    }
  }

  @Test
  void welcomed_byMajority_admitsForGood(@TempDir Path tmp) throws Exception {
    try (DataFolder folder = DataFolder.open(tmp, "north", "n1")) {
      Admission admission = admission(folder);
      admission.admitAlone(3);
      admission.welcomed("n2", 3);
      admission.welcomed("n2", 3);
      assertThat(admission.admitted()).as("two of five").isFalse();
      admission.welcomed("n3", 3);
      assertThat(admission.admitted()).isTrue();
    }
    assertThat(DataFolderTest.marker(tmp).state()).isEqualTo(FolderMarker.State.ADMITTED);
  }

  @Test
  void admitAlone_clusterOfOne_admits(@TempDir Path tmp) throws Exception {
    try (DataFolder folder = DataFolder.open(tmp, "north", "n1")) {
      Admission admission = admission(folder);
      admission.admitAlone(1);
      assertThat(admission.admitted()).isTrue();
    }
  }

  private static Admission admission(DataFolder folder) throws Exception {
    return new Admission(
        folder, KnownMembers.open(folder.path()), Set.of("n1", "n2", "n3")::contains);
  }

  private static Identity identity(String cluster, String node, int folder) {
    return Identity.newBuilder()
        .setCluster(cluster)
        .setNode(node)
        .setFolder(ByteString.copyFrom(new byte[] {(byte) folder}))
        .build();
  }
}
