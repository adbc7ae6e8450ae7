package bindery.client.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SortedRowsTest {
  private static final int ROW_SIZE = 2 + 4 + 4;

  /** A key of four octets, and a payload that the order must not depend on. */
  private static byte[] row(int key, int payload) {
    return ByteBuffer.allocate(ROW_SIZE).putShort((short) 4).putInt(key).putInt(payload).array();
  }

  private static List<Integer> keys(SortedRows rows) throws IOException {
    List<Integer> keys = new ArrayList<>();
    try (SortedRows.Cursor cursor = rows.sorted()) {
      for (byte[] row = cursor.next(); row != null; row = cursor.next()) {
        keys.add(ByteBuffer.wrap(row).getInt(2));
      }
    }
    return keys;
  }

  private static long files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.count();
    }
  }

  @Test
  void sorted_moreRowsThanFilesMayBe_areAllThereInOrder(@TempDir Path folder) throws IOException {
    List<Integer> keys = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      keys.add(i / 2); // each twice
    }
    Collections.shuffle(keys, new Random(7));
    try (SortedRows rows = new SortedRows(folder, 100 * (ROW_SIZE + 32))) { // 200 files of 100
      for (int key : keys) {
        rows.put(row(key, keys.size() - key));
      }
      assertThat(files(folder)).isZero(); // they have no name, so that nothing can leave them

      Collections.sort(keys);
      assertThat(keys(rows)).isEqualTo(keys);
    }
    assertThat(files(folder)).isZero();
  }

  @Test
  void sorted_rowsThatFitInMemory_makeNoFile(@TempDir Path folder) throws IOException {
    try (SortedRows rows = new SortedRows(folder, 1 << 20)) {
      rows.put(row(0x8000_0000, 1));
      rows.put(row(1, 2));

      assertThat(files(folder)).isZero();
      assertThat(keys(rows)).containsExactly(1, 0x8000_0000); // unsigned
    }
  }

  @Test
  void sorted_noRows_isEmpty(@TempDir Path folder) throws IOException {
    try (SortedRows rows = new SortedRows(folder, 1)) {
      assertThat(keys(rows)).isEmpty();
    }
  }
}
