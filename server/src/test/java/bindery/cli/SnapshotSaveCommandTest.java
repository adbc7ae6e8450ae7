package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SnapshotSaveCommandTest {
  @TempDir private Path folder = Path.of("");

  private final ScriptedNode node;

  SnapshotSaveCommandTest() throws IOException {
    node = ScriptedNode.start();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private CommandRun save(Path file) {
    return CommandRun.of("snapshot", "save", file.toString(), "--server", node.address());
  }

  @Test
  void save_whole_isInTheFileForItsOwnerAlone() throws IOException {
    Path file = folder.resolve("saved");

    CommandRun run = save(file);

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err()).contains("saved revision 77, 6 octets");
    assertThat(file).hasContent("onetwo");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void save_brokenOff_leavesNoFile() throws IOException {
    node.refuseWith(Status.UNAVAILABLE.withDescription("the node is stopping"));

    CommandRun run = save(folder.resolve("saved"));

    assertThat(run.exit()).isNotZero();
    assertThat(run.err()).contains("broke off");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void save_fileThatIsThere_isNotTouched() throws IOException {
    Path file = Files.writeString(folder.resolve("saved"), "mine");

    CommandRun run = save(file);

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("is there already");
    assertThat(file).hasContent("mine");
  }
}
