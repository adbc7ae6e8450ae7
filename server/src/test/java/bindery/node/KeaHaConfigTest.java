package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The section {@code kea-ha}. */
final class KeaHaConfigTest {
  @TempDir private Path folder = Path.of("");

  private NodeConfig load(String text) throws Exception {
    return NodeConfig.load(
        Map.of(), Map.of(), Files.writeString(folder.resolve("bindery.yaml"), text));
  }

  private List<String> problems(String text) throws IOException {
    return catchThrowableOfType(ConfigException.class, () -> load(text)).problems();
  }

  @Test
  void load_nothingOfIt_isOff() throws Exception {
    assertThat(load("node: n1").keaHa()).isEmpty();
  }

  @Test
  void load_listenAndUrl_isEnough() throws Exception {
    KeaHaConfig endpoint =
        load("kea-ha: { listen: \"127.0.0.1:8765\", urls: [ \"http://127.0.0.1:8005/\" ] }")
            .keaHa()
            .orElseThrow();

    assertThat(endpoint.urls()).containsExactly(URI.create("http://127.0.0.1:8005/"));
    assertThat(endpoint.source()).isEqualTo("kea");
    assertThat(endpoint.ackWithin()).isEqualTo(Duration.ofSeconds(2));
    assertThat(endpoint.reconcileEvery()).isEqualTo(Duration.ofHours(1));
    assertThat(endpoint.pageLeases()).isEqualTo(1_000);
    assertThat(endpoint.config()).isEmpty();
  }

  @Test
  void load_everythingThatIsWrong_isToldAtOnce() throws Exception {
    assertThat(
            problems(
                """
                kea-ha: { listen: "127.0.0.1:8765", urls: [ "127.0.0.1", "ftp://kea/" ], page: 0,
                          ack-within: 9s, user: "a:b", liste: x }
                """))
        .anySatisfy(p -> assertThat(p).contains("kea-ha.urls", "\"127.0.0.1\""))
        .anySatisfy(p -> assertThat(p).contains("kea-ha.urls", "\"ftp://kea/\""))
        .anySatisfy(p -> assertThat(p).contains("kea-ha.page", "1 to 10000"))
        .anySatisfy(p -> assertThat(p).contains("kea-ha.ack-within", "10ms to 8s"))
        .anySatisfy(p -> assertThat(p).contains("kea-ha.user", "without a colon"))
        .anySatisfy(p -> assertThat(p).contains("kea-ha.liste", "kea-ha.listen"))
        .hasSize(6);
    assertThat(problems("kea-ha: { listen: \"127.0.0.1:5470\" }"))
        .anySatisfy(p -> assertThat(p).contains("kea-ha.listen: without kea-ha.urls"))
        .anySatisfy(p -> assertThat(p).contains("port 5470 is also that of api.listen"))
        .hasSize(2);
  }

  @Test
  void load_beyondThisHost_needsHttpsOrAWordAndIsWarnedOf() throws Exception {
    String open = "kea-ha: { listen: \"192.0.2.1:8765\", urls: [ \"http://192.0.2.1:8005/\" ]";

    assertThat(problems(open + " }"))
        .singleElement()
        .asString()
        .contains("192.0.2.1:8765 is not loopback, and there is no HTTPS");
    assertThat(load("insecure: true\n" + open + " }").warnings())
        .anySatisfy(w -> assertThat(w).contains("kea-ha.listen is not loopback").contains("10s"));
    assertThat(load(open + ", certificate: /c, key: /k }").keaHa()).isPresent();
  }

  @Test
  void load_withoutListen_isWarnedOf() throws Exception {
    assertThat(load("kea-ha: { source: kea1 }").warnings())
        .containsExactly(
            "kea-ha.source is given, and kea-ha.listen is not: nothing listens for Kea");
  }

  @Test
  void fileProblems_areToldByNameWithoutWhatIsInTheFiles() throws Exception {
    Path key = Files.writeString(folder.resolve("key"), "s3cret");
    NodeConfig config =
        load(
            """
            kea-ha: { listen: "127.0.0.1:8765", urls: [ "http://127.0.0.1:8005/" ],
                      user: kea1, password-file: %s, certificate: %s, key: %s }
            """
                .formatted(folder.resolve("none"), folder.resolve("no.crt"), key));

    assertThat(config.fileProblems())
        .anySatisfy(
            p -> assertThat(p).startsWith("kea-ha.password-file: ").contains("no such file"))
        .anySatisfy(p -> assertThat(p).startsWith("kea-ha.certificate: ").contains("no such file"))
        .anySatisfy(p -> assertThat(p).startsWith("kea-ha.key: ").contains("no private key in it"))
        .hasSize(3)
        .noneSatisfy(p -> assertThat(p).contains("s3cret"));
    assertThat(config.toString()).doesNotContain("s3cret");
  }
}
