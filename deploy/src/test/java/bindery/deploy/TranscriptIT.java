package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.deploy.Capture.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * tshark's opinion of each kind of answer, as the transcripts have them. Malformed to it are the
 * empty DONE and the REPLY to STARTTLS (RFC 7653 9.1), neither of which it knows on such a
 * connection.
 */
final class TranscriptIT {
  private static final Path FILES =
      Path.of("..", "server", "src", "test", "resources", "transcripts");
  private static final int PORT = 547;
  private static final int EMPTY_DONE = 6;
  private static final int REPLY = 7;

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      List<String> names = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (!frames(name).isEmpty()) { // one tells of datagrams, one of messages without an answer
          names.add(name);
        }
      }
      return names;
    }
  }

  /** The messages of answers by TCP that stand there in hexadecimal, each behind its size. */
  private static List<byte[]> frames(String name) throws IOException {
    List<byte[]> frames = new ArrayList<>();
    String what = "";
    for (String line : Files.readAllLines(FILES.resolve(name))) {
      boolean isMessage = what.startsWith("answer,");
      if (!line.isEmpty() && !line.startsWith(" ")) {
        what = line;
      } else if (isMessage && line.matches("  [0-9a-f]+")) {
        byte[] message = HexFormat.of().parseHex(line.strip());
        frames.add(
            ByteBuffer.allocate(2 + message.length)
                .putShort((short) message.length)
                .put(message)
                .array());
      }
    }
    return frames;
  }

  @ParameterizedTest
  @MethodSource("names")
  void messages_ofEachKind_areSoundToTshark(String name, @TempDir Path folder)
      throws IOException, InterruptedException {
    List<byte[]> frames = frames(name);
    List<Verdict> verdicts = Capture.judge(folder, PORT, frames);

    assertThat(verdicts).hasSameSizeAs(frames);
    for (int i = 0; i < frames.size(); i++) {
      byte[] frame = frames.get(i);
      Verdict verdict = verdicts.get(i);
      boolean isUnknown = (frame.length == EMPTY_DONE && frame[2] == 16) || frame[2] == REPLY;
      assertThat(verdict.octets()).isEqualTo(frame.length);
      assertThat(verdict.messageType()).as("message %s of %s", i, name).isEqualTo(frame[2] & 0xff);
      assertThat(verdict.malformed()).as("message %s of %s", i, name).isEqualTo(isUnknown);
    }
  }
}
