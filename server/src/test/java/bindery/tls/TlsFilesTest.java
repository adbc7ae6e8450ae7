package bindery.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.cli.cert.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of one's own files, each fault by name, and when they change. */
final class TlsFilesTest {
  @TempDir private Path folder = Path.of("");

  private TestCertificates edge;
  private TlsFiles good;

  @BeforeEach
  void make() throws Exception {
    edge = new TestCertificates(folder.resolve("edge"), "edge");
    good = edge.client("alice", Role.OPERATOR);
  }

  private static List<String> problems(TlsFiles files) {
    return files.problems(option -> "--" + option);
  }

  private void assertProblem(TlsFiles files, String... says) {
    assertThat(problems(files)).singleElement().asString().contains(says);
    assertThatThrownBy(() -> LiveTls.open(files)).isInstanceOf(IOException.class);
  }

  @Test
  void good_hasNone() throws Exception {
    assertThat(problems(good)).isEmpty();
    LiveTls live = LiveTls.open(good);
    assertThat(live.warnings()).hasSize(2);
    assertThat(live.warnings().get(0))
        .startsWith(good.certificate() + " expires on " + live.until())
        .contains("bindery cert renew");
    assertThat(live.warnings().get(1))
        .startsWith(good.ca() + " expires on " + live.authorityUntil())
        .contains("another authority in its place");
  }

  @Test
  void authorityUntil_ofSeveralAuthorities_isThatOfTheOneThatVouches() throws Exception {
    Instant own = LiveTls.open(good).authorityUntil();
    TestCertificates old = new TestCertificates(folder.resolve("old"), "edge", Duration.ofHours(2));
    Path both = folder.resolve("both.crt");
    Files.writeString(both, Files.readString(old.ca()) + Files.readString(good.ca()));

    LiveTls live = LiveTls.open(new TlsFiles(both, good.certificate(), good.key()));
    assertThat(live.authorityUntil()).isEqualTo(own).isAfter(live.until().minusSeconds(3_600));
  }

  @Test
  void missing_unreadableAndProse_areToldTogether() throws Exception {
    Path prose = Files.writeString(folder.resolve("prose"), "no PEM at all");
    Path missing = folder.resolve("missing.crt");
    Files.setPosixFilePermissions(prose, PosixFilePermissions.fromString("rw-------"));
    assertThat(problems(new TlsFiles(folder, missing, prose)))
        .containsExactly(
            "--ca: " + folder + ": a folder (expected a PEM file)",
            "--cert: " + missing + ": no such file (expected a PEM file)",
            "--key: "
                + prose
                + ": no private key in it (expected PEM: -----BEGIN PRIVATE KEY----- and so on)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-----w-", "rw-r-----", "r--------"})
  void key_thatOthersMayRead_isRefused(String rights) throws Exception {
    Files.setPosixFilePermissions(good.key(), PosixFilePermissions.fromString(rights));
    if (rights.endsWith("---")) {
      assertThat(problems(good)).isEmpty();
    } else {
      assertProblem(good, "--key: " + good.key(), "every user of this host", "chmod 600");
    }
  }

  @Test
  void key_ofAnotherCertificate_isRefused() throws Exception {
    TlsFiles bob = edge.client("bob", Role.OPERATOR);
    assertProblem(
        new TlsFiles(good.ca(), good.certificate(), bob.key()),
        bob.key() + ": not the key of the first certificate in " + good.certificate());
  }

  @Test
  void certificate_outOfItsTime_isRefused() throws Exception {
    assertProblem(edge.expired("late"), "--cert: ", "late.crt", "expired on", "bindery cert renew");
    assertProblem(edge.notYetValid("early"), "early.crt", "is not valid before", "clock right?");
  }

  @Test
  void certificate_ofAnotherAuthority_isRefused() throws Exception {
    TestCertificates other = new TestCertificates(folder.resolve("other"), "other");
    assertProblem(
        new TlsFiles(other.ca(), good.certificate(), good.key()),
        "CN=alice",
        "is signed by",
        "authority of edge",
        "whose certificate is not in " + other.ca(),
        "expected one signed by",
        "authority of other");
  }

  @Test
  void options_halfGiven_areToldTogether() {
    List<String> problems = new ArrayList<>();
    assertThat(TlsFiles.of(good.ca(), null, null, name -> "tls." + name, problems)).isNull();
    assertThat(problems)
        .singleElement()
        .asString()
        .startsWith("tls.ca: without tls.cert and tls.key (expected all three");
    problems.clear();
    assertThat(TlsFiles.of(null, null, null, name -> "tls." + name, problems)).isNull();
    assertThat(problems).isEmpty();
  }

  private static void put(TlsFiles from, TlsFiles to) throws IOException {
    for (Path[] pair :
        new Path[][] {{from.certificate(), to.certificate()}, {from.key(), to.key()}}) {
      Path fresh = pair[1].resolveSibling("fresh");
      Files.copy(pair[0], fresh, StandardCopyOption.COPY_ATTRIBUTES);
      Files.move(fresh, pair[1], StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Test
  void changed_isPutInForce() throws Exception {
    LiveTls live = LiveTls.open(good);
    TlsFiles bob = edge.client("bob", Role.OPERATOR);
    try (LogLines log = new LogLines(LiveTls.class)) {
      put(bob, good);
      live.look();
      assertThat(live.certificate()).isEqualTo(LiveTls.open(bob).certificate());
      assertThat(live.keys().getCertificateChain("1")[0]).isEqualTo(live.certificate());
      assertThat(live.keys().getCertificateChain("0")[0]).isNotEqualTo(live.certificate());
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("INFO event=tls_reloaded")
          .contains("CN=bob");
    }
  }

  @Test
  void changedToWhatCannotBeUsed_changesNothing_isToldOnce_andIsMended() throws Exception {
    LiveTls live = LiveTls.open(good);
    var before = live.certificate();
    byte[] key = Files.readAllBytes(good.key());
    try (LogLines log = new LogLines(LiveTls.class)) {
      Files.writeString(good.key(), "half a key");
      live.look();
      assertThat(log.lines()).isEmpty(); // perhaps it is just being replaced
      live.look();
      live.look();
      assertThat(live.certificate()).isEqualTo(before);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("ERROR event=tls_files_refused")
          .contains(good.key() + ": no private key in it");
      assertThat(live.warnings()).singleElement().asString().contains("stays in force");

      Files.write(good.key(), key);
      live.look();
      assertThat(live.certificate()).isEqualTo(before);
      assertThat(live.warnings()).noneMatch(warning -> warning.contains("stays in force"));
    }
  }
}
