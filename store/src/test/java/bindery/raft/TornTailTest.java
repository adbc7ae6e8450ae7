package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a power cut leaves of an open segment is cut off; what it cannot have left is refused. */
class TornTailTest {
  private static final int ENTRY_MAX = 1 << 20;
  private static final int PADDING = 16 << 10;

  @TempDir private Path folder = Path.of("");
  private final List<Integer> starts = new ArrayList<>(); // of frames; the end of the last, too

  private byte[] segment(int... sizes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write("RaftLog1".getBytes(StandardCharsets.US_ASCII));
    starts.clear();
    for (int i = 0; i < sizes.length; i++) {
      starts.add(out.size());
      byte[] data = new byte[sizes[i]];
      new Random(i).nextBytes(data);
      LogEntryProto entry =
          LogEntryProto.newBuilder()
              .setTerm(1)
              .setIndex(i)
              .setStateMachineLogEntry(
                  StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(data)))
              .build();
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      entry.writeDelimitedTo(frame);
      CRC32C checksum = new CRC32C();
      checksum.update(frame.toByteArray());
      out.write(frame.toByteArray());
      out.write(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }
    starts.add(out.size());
    out.write(new byte[PADDING]);
    return out.toByteArray();
  }

  private Path file(byte[] octets) throws IOException {
    return Files.write(folder.resolve("log_inprogress_0"), octets);
  }

  private static int entries(Path file) throws IOException {
    LogSegmentPath segment = LogSegmentPath.matchLogSegment(file);
    assertThat(segment).isNotNull();
    return LogSegment.readSegmentFile(
        file.toFile(),
        segment.getStartEnd(),
        SizeInBytes.valueOf(ENTRY_MAX),
        CorruptionPolicy.EXCEPTION,
        null,
        entry -> {});
  }

  @Test
  void cut_wholeSegment_leavesItAsItIs() throws IOException {
    byte[] whole = segment(700, 3_000, 90);
    Path file = file(whole);
    TornTail.cut(file, ENTRY_MAX);
    assertThat(file).hasBinaryContent(whole);
    assertThat(entries(file)).isEqualTo(3);
  }

  @Test
  void cut_sectorOfTheLastWriteMissing_endsBeforeIt() throws IOException {
    byte[] octets = segment(700, 3_000, 90);
    int sector = (starts.get(1) / 512 + 2) * 512;
    Arrays.fill(octets, sector, sector + 512, (byte) 0);
    Path file = file(octets);
    assertThatThrownBy(() -> entries(file)).isInstanceOf(IOException.class);
    TornTail.cut(file, ENTRY_MAX);
    assertThat(Files.size(file)).isEqualTo(starts.get(1).longValue());
    assertThat(entries(file)).isEqualTo(1);
  }

  @Test
  void cut_beginOfTheLastWriteMissing_endsBeforeIt() throws IOException {
    byte[] octets = segment(700, 3_000, 90);
    int at = starts.get(1);
    Arrays.fill(octets, at, (at / 512 + 1) * 512, (byte) 0);
    Path file = file(octets);
    assertThatThrownBy(() -> entries(file)).hasMessageContaining("after the terminator");
    TornTail.cut(file, ENTRY_MAX);
    assertThat(entries(file)).isEqualTo(1);
  }

  @Test
  void cut_fileEndsWithinTheLastEntry_endsBeforeIt() throws IOException {
    byte[] octets = segment(700, 3_000);
    Path file = file(Arrays.copyOf(octets, starts.get(2) - 100));
    TornTail.cut(file, ENTRY_MAX);
    assertThat(entries(file)).isEqualTo(1);
  }

  @Test
  void cut_firstEntryTorn_leavesTheHeader() throws IOException {
    byte[] octets = segment(3_000);
    Arrays.fill(octets, 1_024, 1_536, (byte) 0);
    Path file = file(octets);
    TornTail.cut(file, ENTRY_MAX);
    assertThat(entries(file)).isZero();
  }

  // No power cut changes an octet of what is there: it may be what was acknowledged.
  @Test
  void cut_octetOfAnEntryChanged_isRefusedByName() throws IOException {
    for (int entry = 0; entry < 3; entry++) {
      byte[] octets = segment(700, 3_000, 90);
      octets[starts.get(entry) + 50] ^= 4;
      Path file = file(octets);
      assertThatThrownBy(() -> TornTail.cut(file, ENTRY_MAX))
          .hasMessageContainingAll(
              file.toString(), "damaged at octet " + starts.get(entry), "acknowledged");
      assertThat(file).hasBinaryContent(octets);
    }
  }

  // The engine itself would take it for a last entry that is there in part, and forget all of them.
  @Test
  void cut_lengthOfAnEntryChangedToBeyondTheFile_isRefused() throws IOException {
    byte[] octets = segment(700, 3_000, 90);
    octets[starts.get(0) + 1] ^= (byte) 0x80;
    Path file = file(octets);
    assertThat(entries(file)).isZero();
    assertThatThrownBy(() -> TornTail.cut(file, ENTRY_MAX)).hasMessageContaining("damaged");
  }
}
