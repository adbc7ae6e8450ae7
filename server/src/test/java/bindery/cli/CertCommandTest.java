package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bindery cert}, as an operator uses it. */
final class CertCommandTest {
  @TempDir private Path folder = Path.of("");

  private CommandRun cert(String... arguments) {
    List<String> all = new ArrayList<>(List.of("cert"));
    all.addAll(List.of(arguments));
    return CommandRun.with(
        Map.of("BINDERY_DIR", folder.resolve("pki").toString()), "", all.toArray(new String[0]));
  }

  @BeforeEach
  void authority() {
    assertThat(cert("ca", "--cluster", "edge-north").exit()).isZero();
  }

  private Path file(String name) {
    return folder.resolve("pki").resolve(name);
  }

  @Test
  void keys_areTheirOwnersAlone_andNothingElseIsLeft() throws IOException {
    assertThat(cert("node", "n1", "--address", "10.0.0.1,fd00::1,n1.example").exit()).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("")))) //
        .isEqualTo("rwx------");
    for (String key : List.of("ca.key", "n1.key")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(key))))
          .isEqualTo("rw-------");
    }
    try (Stream<Path> all = Files.list(file(""))) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("ca.crt", "ca.key", "n1.crt", "n1.key");
    }
  }

  @Test
  void node_namesItself_andItsHosts() {
    CommandRun made = cert("node", "n1", "--address", "10.0.0.1", "--address", "n1.example");
    assertThat(made.lines()).containsExactly(file("n1.crt").toString(), file("n1.key").toString());
    assertThat(made.err())
        .contains("node n1 of cluster edge-north", "cert: /etc/bindery/tls/n1.crt");

    CommandRun shown = cert("show", file("n1.crt").toString());
    assertThat(shown.exit()).isZero();
    assertThat(shown.out())
        .contains("in cluster bindery:edge-north/node/n1")
        .contains("hosts      n1, 10.0.0.1, n1.example, localhost, 127.0.0.1, 0:0:0:0:0:0:0:1")
        .contains("signed by  CN=bindery authority of edge-north,O=edge-north");
    assertThat(cert("show", file("n1.crt").toString(), "--within", "30").exit()).isZero();
    CommandRun soon = cert("show", file("n1.crt").toString(), "--within", "400");
    assertThat(soon.exit()).isEqualTo(3);
    assertThat(soon.err()).contains("expected now and for 400 days");
  }

  @Test
  void client_hasItsRoleAndSources() {
    assertThat(cert("client", "kea-1", "--role", "feeder", "--source", "kea1,kea2").err())
        .contains("feeder kea-1 of kea1, kea2 in cluster edge-north");
    assertThat(cert("show", file("kea-1.crt").toString()).out())
        .contains(
            "bindery:edge-north/feeder/kea-1, bindery:edge-north/source/kea1,"
                + " bindery:edge-north/source/kea2");
    assertThat(cert("client", "alice", "--role", "operator").exit()).isZero();
    assertThat(cert("client", "wall", "--role", "viewer").exit()).isZero();
  }

  @Test
  void renew_keepsNamesAndRights_andMakesANewKey() throws IOException {
    cert("client", "kea-1", "--role", "feeder", "--source", "kea1");
    cert("node", "n1", "--address", "10.0.0.1");
    byte[] key = Files.readAllBytes(file("kea-1.key"));
    String before = Files.readString(file("kea-1.crt"));

    CommandRun renewed = cert("renew", "--all", "--days", "30");

    assertThat(renewed.exit()).isZero();
    assertThat(renewed.err()).contains("kea-1: until", "n1: until");
    assertThat(Files.readAllBytes(file("kea-1.key"))).isNotEqualTo(key);
    assertThat(Files.readString(file("kea-1.crt"))).isNotEqualTo(before);
    assertThat(cert("show", file("kea-1.crt").toString()).out())
        .contains("subject    CN=kea-1,O=edge-north")
        .contains("bindery:edge-north/feeder/kea-1, bindery:edge-north/source/kea1")
        .contains("hosts      -");
    assertThat(cert("show", file("n1.crt").toString()).out()).contains("n1, 10.0.0.1, localhost");
    CommandRun unknown = cert("renew", "bob");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err()).contains("is not there (expected one of [kea-1, n1])");
  }

  @Test
  void whatIsThere_isNotReplaced() throws IOException {
    cert("node", "n1");
    String held = Files.readString(file("n1.crt"));
    CommandRun again = cert("node", "n1");
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("is there already", "bindery cert renew n1");
    assertThat(Files.readString(file("n1.crt"))).isEqualTo(held);
    CommandRun other = cert("ca", "--cluster", "core");
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err()).contains("there is an authority already, which is not replaced");
  }

  @ParameterizedTest
  @CsvSource({
    "client bob --role feeder, without --source",
    "client bob --role viewer --source kea1, of no feeder",
    "client bob --role node, for nodes: bindery cert node",
    "client bob --role king, expected one of",
    "client b/ob --role viewer, expected 1..64",
    "client ca --role viewer, cannot be the name",
    "client bob --role feeder --source k/1, --source \"k/1\"",
    "node n2 --address 10.0.0.1:5470, without a port",
    "node n2 --address 10.0.0.300, without a port",
    "node n2 --address [fd00::1], brackets",
    "node n2 --address n_1, expected a name or an address",
    "node n2 --days 0, expected 1..36500",
    "renew, whose?",
    "ca --cluster ed/ge, --cluster \"ed/ge\""
  })
  void nonsense_isRefusedByName(String arguments, String says) {
    CommandRun run = cert(arguments.split(" "));
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains(says);
  }

  @Test
  void withoutAnAuthority_itIsSaidHowToMakeOne() {
    CommandRun run =
        CommandRun.of("cert", "node", "n1", "--dir", folder.resolve("nowhere").toString());
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("there is no authority", "bindery cert ca --cluster NAME");
  }

  @Test
  void theOptionsOfTls_areToldTogether() {
    CommandRun half = CommandRun.of("status", "--ca", file("ca.crt").toString());
    assertThat(half.exit()).isEqualTo(2);
    assertThat(half.err()).contains("--ca: without --cert and --key (expected all three");
    CommandRun health = CommandRun.of("health", "--ca", file("ca.crt").toString());
    assertThat(health.exit()).isEqualTo(2);
    assertThat(health.err()).isEqualTo(half.err().replace("status", "health"));
    CommandRun missing =
        CommandRun.with(
            Map.of("BINDERY_CA", "/none/ca.crt", "BINDERY_CERT", "/none/a.crt"),
            "",
            "link",
            "list",
            "--key",
            file("ca.crt").toString());
    assertThat(missing.exit()).isEqualTo(2);
    assertThat(missing.err())
        .contains("Error: --ca: /none/ca.crt: no such file")
        .contains("Error: --cert: /none/a.crt: no such file")
        .contains("Error: --key: " + file("ca.crt") + ": every user of this host");
    CommandRun query = CommandRun.of("query", "link", "2001:db8::1", "--tls");
    assertThat(query.exit()).isEqualTo(2);
    assertThat(query.err()).contains("--tls: without --ca, --cert and --key");
  }
}
