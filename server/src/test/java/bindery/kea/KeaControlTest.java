package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeaControlTest {
  private final Path socket;
  private final KeaControl control;

  KeaControlTest(@TempDir Path folder) {
    socket = folder.resolve("kea.sock");
    control = new KeaControl(socket, Duration.ofMillis(500));
  }

  @Test
  void status_answeredWith0_isWell() throws IOException {
    try (FakeKea kea = new FakeKea(socket, "{ \"arguments\": { \"pid\": 7 }, \"result\": 0 }")) {
      assertThatCode(control::status).doesNotThrowAnyException();
      assertThatCode(control::status).doesNotThrowAnyException();
      assertThat(kea.commands).hasSize(2).allMatch(text -> text.contains("\"status-get\""));
    }
  }

  @Test
  void status_answeredAsAList_isWell() throws IOException {
    try (FakeKea kea = new FakeKea(socket, "[ { \"result\": 0 } ]")) {
      assertThatCode(control::status).doesNotThrowAnyException();
      assertThat(kea.commands).hasSize(1);
    }
  }

  @Test
  void status_anythingElse_saysWhat() throws IOException {
    try (FakeKea kea = new FakeKea(socket, "{ \"result\": 1 }")) {
      assertThatThrownBy(control::status)
          .hasMessage(socket + ": answered status-get with result 1 (expected 0)");
      kea.answer("what?");
      assertThatThrownBy(control::status).hasMessageContaining("answered no JSON");
      kea.answer("{ \"result\":");
      assertThatThrownBy(control::status).hasMessageContaining("answered no JSON");
      kea.answer("");
      assertThatThrownBy(control::status).hasMessageContaining("no answer within 500 ms");
    }
  }

  // Kea sends what it has in pieces; where it ends is not told in advance.
  @Test
  void configuration_longAndWithBracketsInItsTexts_isReadToItsEnd() throws IOException {
    String text = "{ \"result\": 0, \"arguments\": { \"Dhcp6\": { \"x\": \"]}\\\"}\" } } }";
    try (FakeKea kea = new FakeKea(socket, text)) {
      assertThat(control.configuration().path("arguments").path("Dhcp6").path("x").asText())
          .isEqualTo("]}\"}");
      kea.answer("[ { \"result\": 2, \"text\": \"'config-get' command not supported.\" } ]");
      assertThatThrownBy(control::configuration)
          .isInstanceOf(KeaRefusedException.class)
          .hasMessage(
              socket
                  + ": answered config-get with result 2, 'config-get' command not supported."
                  + " (expected 0)");
    }
  }

  @Test
  void status_nobodyListens_saysWhere() {
    assertThatThrownBy(control::status)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(socket + ": ");
  }
}
