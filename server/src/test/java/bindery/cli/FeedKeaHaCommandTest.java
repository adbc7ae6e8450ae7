package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told before anything is listened on. */
final class FeedKeaHaCommandTest {
  @TempDir private Path folder = Path.of("");

  private static CommandRun run(String... further) {
    List<String> arguments = new ArrayList<>(List.of("feed", "kea-ha", "--kea"));
    arguments.addAll(List.of("http://127.0.0.1:8005/"));
    arguments.addAll(List.of(further));
    return CommandRun.of(arguments.toArray(new String[0]));
  }

  private static void refused(CommandRun run, String... said) {
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains(said).contains("bindery feed kea-ha --help");
  }

  @Test
  void kea_leftOutOrNoUrl_isAUsageError() {
    refused(CommandRun.of("feed", "kea-ha"), "--kea");
    refused(
        CommandRun.of("feed", "kea-ha", "--kea", "127.0.0.1"),
        "Error: --kea: \"127.0.0.1\" (expected for example http://127.0.0.1:8005/)");
    refused(CommandRun.of("feed", "kea-ha", "--kea", "ftp://127.0.0.1/"), "expected for example");
    refused(
        CommandRun.of("feed", "kea-ha", "--kea", "127.0.0.1:8005"),
        "Error: --kea: \"127.0.0.1:8005\" (expected for example http://127.0.0.1:8005/)");
  }

  @Test
  void listen_beyondThisHostWithoutHttps_needsAWord() {
    refused(
        run("--listen", "0.0.0.0:8765"),
        "Error: --listen 0.0.0.0:8765 is open to others without HTTPS (name --kea-certificate"
            + " and --kea-key, or --insecure)");
    refused(run("--listen", "nonsense"), "Error: --listen: ");
    refused(run("--listen", "no.such.host.invalid:8765"), "cannot be resolved");
  }

  @Test
  void bounds_areToldByName() {
    refused(run("--ack-within", "9s"), "9000 ms", "at most 8 s");
    refused(run("--reconcile-every", "10ms"), "10 ms", "1 s or more");
    refused(run("--page", "0"), "pages of 0 leases (expected 1..10000)");
  }

  @Test
  void everythingThatIsWrong_isToldAtOnceAndNoPasswordIs() throws IOException {
    Path password = Files.writeString(folder.resolve("password"), "s3cret");
    Path none = folder.resolve("none");
    CommandRun run =
        run(
            "--listen", "0.0.0.0:8765",
            "--kea", "nowhere",
            "--user", "kea1",
            "--password-file", none.toString(),
            "--kea-user", "a:b",
            "--kea-password-file", password.toString(),
            "--kea-key", password.toString(),
            "--page", "20000");
    refused(
        run,
        "Error: --kea-key: alone (expected --kea-certificate too)",
        "Error: --kea-key: " + password + ": no private key in it",
        "Error: --password-file: " + none + ": no such file",
        "Error: --kea-user: \"a:b\" is no user",
        "Error: --listen 0.0.0.0:8765",
        "Error: --kea: \"nowhere\"",
        "Error: pages of 20000 leases");
    assertThat(run.err()).doesNotContain("s3cret");
  }

  // The address is taken by the test itself: what is refused last is tried for real.
  @Test
  void listen_addressThatIsTaken_isAnErrorThatSaysSo() throws IOException {
    try (var taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      CommandRun run =
          run(
              "--listen",
              "127.0.0.1:" + taken.getLocalPort(),
              "--state",
              folder.toString(),
              "--server",
              "127.0.0.1:1");
      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.err()).contains("Error: cannot listen for Kea on").contains("choose another");
    }
  }
}
