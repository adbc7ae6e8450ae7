package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The example client of the package, run by Debian's Python with messages that protoc made of the
 * package's own feed.proto.
 */
final class PythonFeeder implements AutoCloseable {
  // Debian's own: another Python before it in the path has not what the packages install.
  private static final String PYTHON = "/usr/bin/python3";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Process process;
  private final Path log;
  private final Path out;

  private PythonFeeder(Process process, Path log, Path out) {
    this.process = process;
    this.log = log;
    this.out = out;
  }

  /** Generates the messages; fails by the name of the package that is missing. */
  static void generate(PackagedProgram program, Path folder) throws Exception {
    need(
        "python3-grpcio",
        folder,
        List.of(
            PYTHON, "-c", "import sys, grpc, google.protobuf; assert sys.version_info >= (3, 11)"));
    need(
        "protobuf-compiler",
        folder,
        List.of(
            "protoc",
            "-I",
            program.home().resolve("proto").toString(),
            "--python_out",
            program.home().resolve("examples").toString(),
            "bindery/v1/feed.proto"));
  }

  private static void need(String debianPackage, Path folder, List<String> command)
      throws IOException, InterruptedException {
    Path said = Files.createTempFile(folder, "said", ".txt");
    String fault;
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      if (process.waitFor() == 0) {
        return;
      }
      fault = Files.readString(said);
    } catch (IOException e) {
      fault = String.valueOf(e.getMessage());
    }
    throw new AssertionError(
        "the example client cannot be run (expected: apt-get install "
            + debianPackage
            + ", as deploy/verify does): "
            + String.join(" ", command)
            + ": "
            + fault);
  }

  /** Starts it, with the words behind the nodes that it may choose from. */
  static PythonFeeder start(
      PackagedProgram program, Path folder, List<String> nodes, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(List.of(PYTHON, program.home().resolve("examples/feeder.py").toString()));
    nodes.forEach(node -> command.addAll(List.of("--node", node)));
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile(folder, "python", ".log");
    Path out = Files.createTempFile(folder, "python", ".json");
    Process process =
        new ProcessBuilder(command)
            .redirectError(log.toFile())
            .redirectOutput(out.toFile())
            .start();
    return new PythonFeeder(process, log, out);
  }

  /** What it is told as it runs. */
  void tell(String lines) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write(lines.getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** Waits until it has said so, so many times. */
  void awaitSaid(String what, int times) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(log().lines().filter(line -> line.contains(what)).count())
                    .as(log())
                    .isGreaterThanOrEqualTo(times));
  }

  /** Ends its input, waits for its end, and returns what it counted. */
  JsonNode finish(int exit) throws IOException, InterruptedException {
    process.getOutputStream().close();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(log()).isTrue();
    assertThat(process.exitValue()).as(log()).isEqualTo(exit);
    return new ObjectMapper().readTree(out.toFile());
  }

  /** Ends it as a power cut would. */
  void kill9() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
