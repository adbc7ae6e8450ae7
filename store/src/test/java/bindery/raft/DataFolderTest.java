package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.model.Bytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  private static final String CLUSTER = "north";

  static FolderMarker marker(Path data) throws IOException {
    return FolderMarker.read(data).orElseThrow();
  }

  @Test
  void open_newFolder_marksItForGood(@TempDir Path tmp) throws Exception {
    Path data = tmp.resolve("data");
    FolderMarker first;
    try (DataFolder folder = DataFolder.open(data, CLUSTER, "n1")) {
      first = folder.marker();
      assertThat(first.state()).isEqualTo(FolderMarker.State.NEW);
      assertThat(first.folder().size()).isEqualTo(16);
      folder.mark(marker -> marker.withState(FolderMarker.State.ADMITTED).withCheckpoint(7));
    }
    try (DataFolder folder = DataFolder.open(data, CLUSTER, "n1")) {
      assertThat(folder.marker())
          .isEqualTo(first.withState(FolderMarker.State.ADMITTED).withCheckpoint(7));
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
        .isEqualTo("rwx------");
  }

  @Test
  void open_ofAnotherCluster_isRefusedByName(@TempDir Path tmp) throws Exception {
    DataFolder.open(tmp, CLUSTER, "n1").close();
    assertThatThrownBy(() -> DataFolder.open(tmp, "south", "n1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("belongs to cluster north (expected south)");
  }

  @Test
  void open_ofAnotherNode_isRefusedByName(@TempDir Path tmp) throws Exception {
    DataFolder.open(tmp, CLUSTER, "n1").close();
    assertThatThrownBy(() -> DataFolder.open(tmp, CLUSTER, "n2"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("belongs to node n1 (expected n2)");
  }

  @Test
  void open_dataWithoutMarker_isRefused(@TempDir Path tmp) throws Exception {
    Files.createDirectories(tmp.resolve("store").resolve("rows-0000000001"));
    assertThatThrownBy(() -> DataFolder.open(tmp, CLUSTER, "n1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no file \"member\"");
  }

  @Test
  void open_corruptOrNewerMarker_isRefused(@TempDir Path tmp) throws Exception {
    Files.writeString(tmp.resolve("member"), "bindery-data 1\ncluster north\n");
    assertThatThrownBy(() -> DataFolder.open(tmp, CLUSTER, "n1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("corrupt");
    Files.writeString(tmp.resolve("member"), "bindery-data 2\n");
    assertThatThrownBy(() -> DataFolder.open(tmp, CLUSTER, "n1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("newer program");
  }

  @Test
  void open_twiceInOneProcess_isRefused(@TempDir Path tmp) throws Exception {
    try (DataFolder held = DataFolder.open(tmp, CLUSTER, "n1")) {
      assertThatThrownBy(() -> DataFolder.open(tmp, CLUSTER, "n1"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
      assertThat(held.path()).isEqualTo(tmp.toRealPath());
    }
    DataFolder.open(tmp, CLUSTER, "n1").close();
  }

  @Test
  void open_heldByAnotherProcess_isRefusedWithItsId(@TempDir Path tmp) throws Exception {
    Process other = child(FolderHolder.class, tmp.toString());
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(output.readLine()).isEqualTo("held by n1");
      assertThatThrownBy(() -> DataFolder.open(tmp, CLUSTER, "n1"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use by process " + other.pid());
    } finally {
      other.destroyForcibly().waitFor();
    }
    DataFolder.open(tmp, CLUSTER, "n1").close();
  }

  @Test
  void open_leftovers_areSwept(@TempDir Path tmp) throws Exception {
    Files.createDirectories(tmp.resolve("tmp").resolve("lent-1").resolve("rows"));
    try (DataFolder folder = DataFolder.open(tmp, CLUSTER, "n1")) {
      assertThat(DurableFiles.isEmpty(folder.tmp())).isTrue();
    }
  }

  @Test
  void known_firstFolderOfAName_staysUntilItIsNoMemberAnyMore(@TempDir Path tmp) throws Exception {
    Bytes first = Bytes.parseHex("00112233");
    Bytes second = Bytes.parseHex("44556677");
    KnownMembers known = KnownMembers.open(tmp);
    assertThat(known.recognize("n2", first)).isTrue();
    assertThat(known.recognize("n2", second)).isFalse();
    KnownMembers again = KnownMembers.open(tmp);
    assertThat(again.recognize("n2", second)).isFalse();
    assertThat(again.recognize("n2", first)).isTrue();
    again.retain(Set.of("n1"));
    assertThat(KnownMembers.open(tmp).recognize("n2", second)).isTrue();
  }

  /** Starts this Java with a class of the tests. */
  static Process child(Class<?> main, String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-Djava.util.concurrent.ForkJoinPool.common.parallelism=8",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName());
    builder.command().addAll(List.of(arguments));
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** Holds a data folder until it is killed. */
  static final class FolderHolder {
    private FolderHolder() {}

    public static void main(String[] arguments) throws Exception {
      try (DataFolder folder = DataFolder.open(Path.of(arguments[0]), CLUSTER, "n1")) {
        System.out.println("held by " + folder.marker().node());
        System.in.read();
      }
    }
  }

  @Test
  void open_aFileStandsThere_saysWhatWasExpected(@TempDir Path temp) throws IOException {
    Path file = Files.createFile(temp.resolve("data"));
    assertThatThrownBy(() -> DataFolder.open(file, "edge", "n1"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot use the data folder " + file + ": ")
        .hasMessageContaining("expected a folder that this user may write");
  }

  // A digit of a folder's identity changed to another would throw a healthy member out by name.
  @Test
  void open_anyOctetOfMarkerOrKnownMembersChanged_isRefusedByName(@TempDir Path temp)
      throws IOException {
    Path data = temp.resolve("data");
    DataFolder.open(data, CLUSTER, "n1").close();
    assertThat(KnownMembers.open(data).recognize("n2", Bytes.of(new byte[16]))).isTrue();
    for (String name : new String[] {"member", "known"}) {
      Path file = data.toRealPath().resolve(name);
      byte[] sound = Files.readAllBytes(file);
      for (int at = 0; at < sound.length; at++) {
        byte[] bad = sound.clone();
        bad[at] ^= 1;
        Files.write(file, bad);
        assertThatThrownBy(
                () -> {
                  DataFolder.open(data, CLUSTER, "n1").close();
                  KnownMembers.open(data);
                })
            .as("octet %d of %s", at, name)
            .isInstanceOf(IOException.class)
            .hasMessageContaining(name);
      }
      Files.write(file, sound);
    }
    DataFolder.open(data, CLUSTER, "n1").close();
    assertThat(KnownMembers.open(data.toRealPath()).recognize("n2", Bytes.of(new byte[16])))
        .isTrue();
  }

  @Test
  void open_markerIsNoText_namesTheFile(@TempDir Path temp) throws IOException {
    Path data = Files.createDirectory(temp.resolve("data"));
    Files.write(data.resolve("member"), new byte[] {(byte) 0xff, (byte) 0xfe, 1});
    assertThatThrownBy(() -> DataFolder.open(data, "edge", "n1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("corrupt " + data.toRealPath().resolve("member"));
  }
}
