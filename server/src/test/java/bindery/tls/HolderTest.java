package bindery.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.cli.cert.TestCertificates;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HolderTest {
  @TempDir private Path folder = Path.of("");

  private static X509Certificate certificate(TlsFiles files) throws Exception {
    return PemFile.read(files.certificate()).certificates().get(0);
  }

  @Test
  void of_eachRole_isWhoWasNamed() throws Exception {
    TestCertificates edge = new TestCertificates(folder, "edge");
    assertThat(Holder.of(certificate(edge.node("n1", "n1.example")), "edge"))
        .isEqualTo(new Holder(Role.NODE, "n1", Set.of()));
    Holder feeder = Holder.of(certificate(edge.client("f", Role.FEEDER, "kea2", "kea1")), "edge");
    assertThat(feeder).isEqualTo(new Holder(Role.FEEDER, "f", Set.of("kea1", "kea2")));
    assertThat(feeder).hasToString("feeder f of kea1, kea2");
    assertThat(feeder.mayFeedAs("kea1")).isTrue();
    assertThat(feeder.mayFeedAs("kea3")).isFalse();
    Holder viewer = Holder.of(certificate(edge.client("v", Role.VIEWER)), "edge");
    assertThat(viewer.mayFeedAs("kea1")).isFalse();
    assertThat(new Holder(Role.OPERATOR, "o", Set.of()).mayFeedAs("kea1")).isTrue();
  }

  @Test
  void of_anotherCluster_isNobody() throws Exception {
    TestCertificates edge = new TestCertificates(folder, "edge");
    assertThatThrownBy(() -> Holder.of(certificate(edge.client("v", Role.VIEWER)), "core"))
        .isInstanceOf(UnnamedException.class)
        .hasMessageContaining("names nobody in cluster core but bindery:edge/viewer/v")
        .hasMessageContaining("expected a name such as bindery:core/operator/NAME");
    assertThatThrownBy(() -> Holder.of(certificate(edge.unnamed("u")), "edge"))
        .isInstanceOf(UnnamedException.class)
        .hasMessageContaining("no bindery: URI at all");
  }

  @Test
  void of_feederWithoutSources_isAtOddsWithItself() throws Exception {
    TestCertificates edge = new TestCertificates(folder, "edge");
    assertThatThrownBy(() -> Holder.of(certificate(edge.client("f", Role.FEEDER)), "edge"))
        .isInstanceOf(UnnamedException.class)
        .hasMessageContaining("expected sources of a feeder");
    assertThatThrownBy(() -> Holder.of(certificate(edge.client("v", Role.VIEWER, "a")), "edge"))
        .isInstanceOf(UnnamedException.class)
        .hasMessageContaining("and of nobody else");
  }
}
