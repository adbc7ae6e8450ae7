package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "59, 59s",
    "60, 1m",
    "3661, 1h 1m",
    "86399, 23h 59m",
    "90000, 1d 1h",
    "4294967294, 49710d 6h",
    "4294967295, infinite"
  })
  void lifetime_anySeconds_isItsTwoLargestUnits(long seconds, String text) {
    assertThat(Durations.lifetime(seconds)).isEqualTo(text);
  }

  @Test
  void table_manyRows_flowAlignedAsTheFirstOnes() {
    StringWriter text = new StringWriter();
    try (TableWriter table = new TableWriter(new PrintWriter(text), List.of("A", "B"))) {
      for (int i = 0; i < 1_000; i++) {
        table.row(List.of("x" + i % 10, "y"));
      }
      assertThat(text.toString().lines().count()).isGreaterThan(700); // not held to the end
    }

    assertThat(text.toString().lines()).hasSize(1_001).contains("A   B", "x0  y");
  }

  @Test
  void table_laterCellThatIsWider_pushesItsRowApart() {
    StringWriter text = new StringWriter();
    try (TableWriter table =
        new TableWriter(new PrintWriter(text), List.of("A", "B"), OptionalInt.of(80), 0)) {
      for (int i = 0; i < 1_000; i++) {
        table.row(List.of("x", "y"));
      }
      table.row(List.of("0003000102005e1000aa", "y"));
    }

    assertThat(text.toString().lines()).endsWith("x  y", "0003000102005e1000aa  y");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7})
  void table_terminalNarrowerThanItsIndent_losesNothing(int columns) {
    StringWriter text = new StringWriter();
    try (TableWriter table =
        new TableWriter(new PrintWriter(text), List.of("A", "B"), OptionalInt.of(columns), 0)) {
      table.row(List.of("x", "2001:db8::1"));
      table.beneath(List.of("hop 0", "link 2001:db8::2"));
    }

    assertThat(text.toString().replaceAll("\\s", ""))
        .isEqualTo("ABx2001:db8::1hop0link2001:db8::2");
  }

  @Test
  void table_noRows_isNothing() {
    StringWriter text = new StringWriter();
    new TableWriter(new PrintWriter(text), List.of("A", "B")).close();

    assertThat(text.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"client, client, 0", "clientt, client, 1", "iad, iaid, 1", "'', op, 2", "ab, ba, 2"})
  void distance_ofTwoWords_isTheFewestChanges(String a, String b, int changes) {
    assertThat(NearestName.distance(a, b)).isEqualTo(changes);
  }

  @Test
  void nearest_nothingNear_isNone() {
    assertThat(NearestName.of("clientt", List.of("op", "client"))).contains("client");
    assertThat(NearestName.of("foo", List.of("op", "client"))).isEmpty();
  }
}
