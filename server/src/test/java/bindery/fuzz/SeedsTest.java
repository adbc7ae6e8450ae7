package bindery.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What fuzzing begins with, and what it once found, each run once. */
final class SeedsTest {
  @ParameterizedTest
  @MethodSource("bindery.fuzz.Target#all")
  void target_everySeedAndFinding_holds(Target target) {
    assertThat(target.seeds()).isNotEmpty();
    for (byte[] input : target.seeds()) {
      assertThatCode(() -> target.once().accept(input))
          .as("%s of %s", target, HexFormat.of().formatHex(input))
          .doesNotThrowAnyException();
    }
  }
}
