package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bindery query} in a heap that none of the answers would fit: what grew with the answer
 * would end it. {@code -Dquery.leases=10000000} makes the answers as large as one likes.
 */
final class QueryMemoryIT {
  private static final long LEASES = Long.getLong("query.leases", 400_000);
  private static final long DISK_LEASES_MAX = 2_000_000; // 700 MB of files
  private static final int DISK_SHARE = 2;
  private static final long MINUTES_MAX = 20;

  @TempDir private static Path folder;

  private static PackagedProgram program;

  @BeforeAll
  static void unpack() throws Exception {
    program = PackagedProgram.unpack(folder);
  }

  /** Starts a query for everything behind one relay. */
  private static Process start(String heap, String servers, String... options) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "query",
                "relay",
                "0003000102005e1000aa",
                "--duid",
                "000300010a0b",
                "--server",
                servers));
    arguments.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(program.command(arguments.toArray(String[]::new)))
            .redirectErrorStream(true);
    builder.environment().put("BINDERY_JAVA_OPTS", heap);
    builder.environment().put("TMPDIR", folder.toString());
    return builder.start();
  }

  private static String end(Process process) throws IOException, InterruptedException {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  @Test
  void stream_moreThanTheHeapHolds_isWrittenLineByLine() throws Exception {
    try (StreamingServer server = StreamingServer.start(LEASES)) {
      Process process = start("-Xmx20m", server.address(), "-o", "json");
      long lines = 0;
      try (InputStream out = process.getInputStream()) {
        byte[] buffer = new byte[64 * 1_024];
        for (int count = out.read(buffer); count >= 0; count = out.read(buffer)) {
          for (int i = 0; i < count; i++) {
            if (buffer[i] == '\n') {
              lines++;
            }
          }
        }
      }
      assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(lines).isEqualTo(LEASES + 1); // and the sums
    }
  }

  @Test
  void stream_outputNobodyReads_stopsTheServer() throws Exception {
    try (StreamingServer server = StreamingServer.start(LEASES)) {
      Process process = start("-Xmx20m", server.address(), "-o", "json");
      AtomicLong before = new AtomicLong(-1);
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> server.told() > 0 && server.told() == before.getAndSet(server.told()));
      assertThat(server.told()).isLessThan(LEASES * 3 / 4); // the rest waits behind full buffers

      assertThat(end(process).lines().count()).isEqualTo(LEASES + 1);
    }
  }

  @Test
  void merge_moreThanTheHeapHolds_goesByTheDisk() throws Exception {
    long leases = Math.min(LEASES / DISK_SHARE, DISK_LEASES_MAX);
    try (StreamingServer first = StreamingServer.start(leases);
        StreamingServer second = StreamingServer.start(leases)) {
      String servers = first.address() + "," + second.address();

      String merged = end(start("-Xmx96m", servers, "--all", "--count"));
      String compared = end(start("-Xmx96m", servers, "--diff", "--slack", "10m"));

      assertThat(merged).contains("prefixes " + leases);
      assertThat(compared).contains(leases + " leases compared, 0 differ");
    }
  }
}
