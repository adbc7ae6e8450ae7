package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.peer.v1.Checkpoint;
import bindery.peer.v1.CheckpointFile;
import bindery.peer.v1.Chunk;
import bindery.peer.v1.FetchChunk;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointDownloadTest {
  private static final int CHUNK = 1 << 20;

  private final byte[] octets = new byte[2 * CHUNK + 17];

  CheckpointDownloadTest() {
    new Random(7).nextBytes(octets);
  }

  @Test
  void into_wholeFiles_areAsAtTheSource(@TempDir Path folder) throws Exception {
    Checkpoint checkpoint =
        Checkpoint.newBuilder()
            .addFiles(file("rows-1/000012.sst", octets))
            .addFiles(file("generation", new byte[0]))
            .build();
    new CheckpointDownload(this::chunk, checkpoint, () -> false).into(folder);
    assertThat(Files.readAllBytes(folder.resolve("rows-1/000012.sst"))).isEqualTo(octets);
    assertThat(folder.resolve("generation")).isEmptyFile();
  }

  @Test
  void into_brokenConnection_goesOnWhereItWas(@TempDir Path folder) throws Exception {
    AtomicInteger calls = new AtomicInteger();
    List<Long> offsets = new ArrayList<>();
    CheckpointDownload.Source shaky =
        request -> {
          offsets.add(request.getOffset());
          if (calls.incrementAndGet() % 2 == 0) {
            throw Status.UNAVAILABLE.asRuntimeException();
          }
          return chunk(request);
        };
    Checkpoint checkpoint = Checkpoint.newBuilder().addFiles(file("a", octets)).build();
    new CheckpointDownload(shaky, checkpoint, () -> false).into(folder);
    assertThat(Files.readAllBytes(folder.resolve("a"))).isEqualTo(octets);
    assertThat(offsets).containsExactly(0L, (long) CHUNK, (long) CHUNK, 2L * CHUNK, 2L * CHUNK);
  }

  @Test
  void into_goneSource_givesUp(@TempDir Path folder) {
    Checkpoint checkpoint = Checkpoint.newBuilder().addFiles(file("a", octets)).build();
    assertThatThrownBy(
            () ->
                new CheckpointDownload(
                        request -> {
                          throw Status.NOT_FOUND.asRuntimeException();
                        },
                        checkpoint,
                        () -> false)
                    .into(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot fetch a at 0");
  }

  @Test
  void into_changedOctets_areRefused(@TempDir Path folder) {
    byte[] others = octets.clone();
    others[CHUNK + 1] ^= 1;
    Checkpoint checkpoint = Checkpoint.newBuilder().addFiles(file("a", others)).build();
    assertThatThrownBy(
            () -> new CheckpointDownload(this::chunk, checkpoint, () -> false).into(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another SHA-256");
  }

  @Test
  void into_shorterFile_isRefused(@TempDir Path folder) {
    Checkpoint checkpoint =
        Checkpoint.newBuilder()
            .addFiles(file("a", octets).toBuilder().setSize(octets.length + 1))
            .build();
    assertThatThrownBy(
            () -> new CheckpointDownload(this::chunk, checkpoint, () -> false).into(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not of the announced");
  }

  @Test
  void into_pathOutside_isRefused(@TempDir Path folder) {
    for (String path : List.of("../evil", "/etc/evil", "", ".", "a/../../evil")) {
      Checkpoint checkpoint = Checkpoint.newBuilder().addFiles(file(path, octets)).build();
      assertThatThrownBy(
              () -> new CheckpointDownload(this::chunk, checkpoint, () -> false).into(folder))
          .as(path)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("outside its folder");
    }
  }

  @Test
  void into_tooLargeForTheDisk_isRefusedFirst(@TempDir Path folder) {
    Checkpoint checkpoint =
        Checkpoint.newBuilder()
            .addFiles(file("a", octets).toBuilder().setSize(Long.MAX_VALUE / 2))
            .build();
    assertThatThrownBy(
            () -> new CheckpointDownload(this::chunk, checkpoint, () -> false).into(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected 1.2 times");
  }

  private static CheckpointFile file(String path, byte[] octets) {
    return CheckpointFile.newBuilder()
        .setPath(path)
        .setSize(octets.length)
        .setSha256(ByteString.copyFrom(CheckpointSource.sha256().digest(octets)))
        .build();
  }

  private Chunk chunk(FetchChunk request) {
    int from = (int) request.getOffset();
    int to = Math.min(octets.length, from + CHUNK);
    return Chunk.newBuilder()
        .setOctets(ByteString.copyFrom(Arrays.copyOfRange(octets, from, to)))
        .build();
  }
}
