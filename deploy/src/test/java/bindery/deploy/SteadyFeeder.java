package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A running {@code bindery feed json} that is told of one new client after the other, twenty-five a
 * second, until it is to finish.
 */
final class SteadyFeeder implements AutoCloseable {
  private static final long PAUSE_MILLIS = 40;
  private static final long FINISH_SECONDS_MAX = 60;

  private final Process process;
  private final Path log;
  private final OutputStream lines;
  private final ScheduledExecutorService teller = Executors.newSingleThreadScheduledExecutor();
  private int next; // the teller's alone, until it has ended

  private SteadyFeeder(Process process, Path log, int first) {
    this.process = process;
    this.log = log;
    lines = process.getOutputStream();
    next = first;
  }

  /**
   * Starts it with three nodes to choose from.
   *
   * @param folder takes its log
   * @param first the number of the first client
   */
  static SteadyFeeder start(PackagedProgram program, DevRun cluster, Path folder, int first)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("feed", "json", "-"));
    for (int node = 1; node <= 3; node++) {
      arguments.addAll(List.of("--server", cluster.api(node)));
    }
    Path log = Files.createTempFile(folder, "feeder", ".log");
    Process process = program.startReading(log, arguments.toArray(new String[0]));
    SteadyFeeder feeder = new SteadyFeeder(process, log, first);
    var unused =
        feeder.teller.scheduleWithFixedDelay(feeder::tell, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    return feeder;
  }

  private void tell() {
    try {
      lines.write(PutLine.of(next, PutLine.CLTT).getBytes(StandardCharsets.UTF_8));
      lines.flush();
      next++;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // ends the telling; its exit code says why
    }
  }

  /**
   * Ends it once all it was told is acknowledged, as its exit code says.
   *
   * @return the number of the last client
   */
  int finish() throws IOException, InterruptedException {
    endTelling();
    lines.close();
    boolean ended = process.waitFor(FINISH_SECONDS_MAX, TimeUnit.SECONDS);
    String said = Files.readString(log);
    assertThat(ended).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).contains("rejected 0");
    return next - 1;
  }

  private void endTelling() throws InterruptedException {
    teller.shutdown();
    assertThat(teller.awaitTermination(FINISH_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
  }

  @Override
  public void close() {
    teller.shutdownNow();
    process.destroy();
  }
}
