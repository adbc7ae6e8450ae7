package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the engine is told that the rows of a large store hang on. */
final class EngineOptionsTest {
  // A file's filter is one block of up to 8 MiB, in the half of a shard that is kept for such.
  @ParameterizedTest
  @CsvSource({"8, 0", "64, 0", "127, 0", "128, 1", "384, 2", "512, 3", "1024, 4", "1048576, 4"})
  void cache_ofAnySize_hasShardsThatHoldALargeFilter(long mebibytes, int bits) {
    assertThat(EngineOptions.shardBits(mebibytes << 20)).isEqualTo(bits);
    assertThat(bits == 0 || mebibytes >> bits >= 64).isTrue();
  }
}
