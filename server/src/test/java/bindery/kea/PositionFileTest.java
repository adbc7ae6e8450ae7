package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PositionFileTest {
  private static final SavedPosition.Owner OWNER =
      new SavedPosition.Owner("kea1", "kea-csv", "/var/lib/kea/with space.csv");

  private final Path file;
  private final PositionFile positions;

  PositionFileTest(@TempDir Path folder) {
    file = folder.resolve("position");
    positions = new PositionFile(file, OWNER);
  }

  private static SavedPosition position(long line) {
    return new SavedPosition(
        OWNER,
        1_788_000_000_123L,
        77,
        ByteString.copyFromUtf8("0123456789abcdef"),
        true,
        new FilePosition(new FileIdentity(2_049, 1_234), 5_000 + line, line, 200, -559_038_737));
  }

  @Test
  void load_whatWasSaved_isTheSame() throws Exception {
    assertThat(positions.load()).isEmpty();
    positions.save(position(2));
    positions.save(position(3));

    assertThat(positions.load()).contains(position(3));
    assertThat(Files.readString(file))
        .startsWith("bindery-position 1\nsource kea1\n")
        .contains("row-crc32 deadbeef\n");
  }

  @Test
  void load_afterForget_isEmpty() throws Exception {
    positions.save(position(2));
    positions.forget();
    positions.forget();

    assertThat(positions.load()).isEmpty();
  }

  @Test
  void load_anyOctetChanged_isNamedAndSetAside() throws Exception {
    positions.save(position(2));
    byte[] sound = Files.readAllBytes(file);
    for (int i = 0; i < sound.length; i++) {
      byte[] damaged = sound.clone();
      damaged[i] ^= 1;
      Files.write(file, damaged);

      assertThatThrownBy(positions::load)
          .as("octet %d", i)
          .isInstanceOf(KeaFormatException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("set aside as " + file + ".aside");
      assertThat(file).doesNotExist();
      assertThat(Path.of(file + ".aside")).hasBinaryContent(damaged);
    }
  }

  @Test
  void load_cutAnywhere_isNamed() throws Exception {
    positions.save(position(2));
    byte[] sound = Files.readAllBytes(file);
    for (int length = 0; length < sound.length; length++) {
      Files.write(file, Arrays.copyOf(sound, length));

      assertThatThrownBy(positions::load).isInstanceOf(KeaFormatException.class);
    }
  }

  @Test
  void load_ofAnotherFollower_saysWhose() throws IOException {
    positions.save(position(2));

    assertThatThrownBy(
            () ->
                new PositionFile(
                        file, new SavedPosition.Owner("kea2", OWNER.feeder(), OWNER.file()))
                    .load())
        .isInstanceOf(KeaFormatException.class)
        .hasMessageContaining("of source kea1, feeder kea-csv")
        .hasMessageContaining("expected source kea2");
  }

  @Test
  void load_somethingElse_isKept() throws IOException {
    Files.writeString(file, "precious\n");

    assertThatThrownBy(positions::load).hasMessageContaining("not a position");
    assertThat(Path.of(file + ".aside")).hasContent("precious");
  }

  @Test
  void save_noFolder_fails() {
    PositionFile nowhere = new PositionFile(file.resolve("deeper"), OWNER);

    assertThatThrownBy(() -> nowhere.save(position(2))).isInstanceOf(IOException.class);
  }
}
