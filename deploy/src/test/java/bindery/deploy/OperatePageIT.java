package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of docs/operate.md in their order, given to three nodes of the package; and what
 * those have logged meanwhile, as JSON.
 */
final class OperatePageIT {
  private static final Path PAGE = Path.of("..", "docs", "operate.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh(?: (\\w+))?\\n(.*?)^```$");
  private static final Pattern SERVER = Pattern.compile("--server n([1-4])");
  private static final long SECONDS_MAX = 240;
  private static final int LINES = 50;

  @TempDir private static Path folder;

  private final Path restored = folder.resolve("restored");
  // Of the member that is n3 by then.
  private int third = 3;

  private record Block(String where, String commands) {}

  private static List<Block> blocks() throws IOException {
    List<Block> blocks = new ArrayList<>();
    Matcher found = BLOCK.matcher(Files.readString(PAGE));
    while (found.find()) {
      assertThat(found.group(1)).as("who runs it: " + found.group(2)).isIn("cluster", "systemd");
      blocks.add(new Block(found.group(1), found.group(2)));
    }
    return blocks;
  }

  // Names, ports and folders as they are here.
  private String here(String commands, DevRun cluster) {
    return SERVER
        .matcher(commands)
        .replaceAll(
            name -> {
              int node = Integer.parseInt(name.group(1));
              return "--server " + cluster.api(node == 3 ? third : node);
            })
        .replace("10.0.0.4:5471", cluster.raft(4))
        .replace("/var/lib/bindery/restored", restored.toString());
  }

  private static String run(PackagedProgram program, String commands) throws Exception {
    Path out = Files.createTempFile(folder, "page", ".out");
    ProcessBuilder shell =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile());
    shell.environment().merge("PATH", program.commands() + ":", (path, first) -> first + path);
    Process process = shell.start();
    if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("hangs: " + commands + "\n" + Files.readString(out));
    }
    String said = Files.readString(out, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(commands + said).isZero();
    return said;
  }

  @Test
  void page_itsCommands_doWhatItSays() throws Exception {
    PackagedProgram program = PackagedProgram.unpack(folder);
    try (DevRun cluster =
        DevRun.start(program, folder.resolve("cluster"), "BINDERY_LOG_FORMAT=json")) {
      program.ok("link", "put", "a", "2001:db8:a::/64", "--server", cluster.api(1));
      cluster.feed(1, PutLine.of(0, LINES));
      List<String> said = new ArrayList<>();
      for (Block block : blocks()) {
        if (!block.where().equals("cluster")) {
          continue;
        }
        boolean replaces = block.commands().contains("member replace");
        if (replaces) {
          cluster.kill9(
              3); // what comes before on the page: its machine is lost, a new one is there
          cluster.startNewcomer(4);
          cluster.awaitListening(4);
        }
        said.add(run(program, here(block.commands(), cluster)));
        if (replaces) {
          third = 4;
          cluster.awaitServing(4);
        }
      }
      assertThat(said).hasSize(6);
      assertThat(said.get(0)).contains("n1", "n2", "n3", "leader", "HASH", "json@50");
      assertThat(said.get(1)).isNotBlank();
      assertThat(said.get(2)).contains("n4").doesNotContain("learner");
      assertThat(said.get(3)).contains("leases " + LINES);
      assertThat(said.get(4)).contains("leases " + LINES);
      program.ok("snapshot", "verify", restored.toString());
      assertThat(said.get(5)).contains("at level");

      for (int node : List.of(1, 2, 4)) {
        assertJson(cluster.log(node));
      }
    }
  }

  private static void assertJson(String log) {
    ObjectMapper json = new ObjectMapper();
    List<String> lines = log.lines().toList();
    assertThat(lines).hasSizeGreaterThan(5);
    for (String line : lines) {
      try {
        JsonNode event = json.readTree(line);
        assertThat(event.get("formattedMessage").asText()).as(line).isNotBlank();
        assertThat(event.get("timestamp").asLong()).as(line).isPositive();
        assertThat(event.get("level").asText()).as(line).isIn("INFO", "WARN", "ERROR");
      } catch (JsonProcessingException e) {
        throw new AssertionError("no JSON: " + line, e);
      }
    }
  }
}
