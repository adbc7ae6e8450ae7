package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By a clock that the test moves. */
final class LeaseFileTailTest {
  private static final Duration INTERVAL = Duration.ofMillis(200);
  private static final long CLTT = 1_788_000_000L;

  private final KeaFiles kea;
  private final List<LeaseFileTail> opened = new ArrayList<>();
  private long nanos = 1;

  LeaseFileTailTest(@TempDir Path folder) {
    kea = KeaFiles.create(folder);
  }

  @AfterEach
  void close() throws IOException {
    for (LeaseFileTail tail : opened) {
      tail.close();
    }
  }

  private LeaseFileTail ofSet() throws IOException {
    LeaseFileTail tail = LeaseFileTail.ofSet(kea.base, INTERVAL, () -> nanos);
    opened.add(tail);
    return tail;
  }

  private LeaseFileTail from(FilePosition position) throws Exception {
    LeaseFileTail tail = LeaseFileTail.from(kea.base, position, INTERVAL, () -> nanos);
    opened.add(tail);
    return tail;
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  /** The numbers of the clients whose rows are there now; a malformed or torn one is negative. */
  private static List<Integer> read(LeaseFileTail tail) throws Exception {
    List<Integer> numbers = new ArrayList<>();
    LeaseRow row = tail.next();
    while (row != null) {
      if (row instanceof LeaseRow.Update update) {
        byte[] address = update.exchange().getLeases(0).getAddress().toByteArray();
        numbers.add(((address[14] & 0xff) << 8) + (address[15] & 0xff));
      } else {
        numbers.add(row instanceof LeaseRow.Malformed ? -1 : -2);
      }
      row = tail.next();
    }
    return numbers;
  }

  private List<Integer> readLater(LeaseFileTail tail) throws Exception {
    pass(INTERVAL);
    return read(tail);
  }

  @Test
  void next_rowsAppended_areReadOnceEach() throws Exception {
    kea.append(KeaFiles.put(1, CLTT), KeaFiles.put(2, CLTT));
    LeaseFileTail tail = ofSet();

    assertThat(read(tail)).containsExactly(1, 2);
    assertThat(tail.isThroughOpening()).isTrue();
    kea.append(KeaFiles.put(3, CLTT));
    assertThat(tail.behind()).isEqualTo(KeaFiles.put(3, CLTT).length() + 1);
    assertThat(read(tail)).containsExactly(3);
    assertThat(tail.behind()).isZero();
  }

  @Test
  void next_rowInPieces_waitsForItsEnd() throws Exception {
    String row = KeaFiles.put(7, CLTT);
    LeaseFileTail tail = ofSet();

    for (int i = 0; i < row.length(); i++) {
      kea.write(row.substring(i, i + 1));
      assertThat(read(tail)).isEmpty();
      assertThat(tail.position()).isEmpty();
    }
    kea.write("\n");
    assertThat(read(tail)).containsExactly(7);
    assertThat(tail.position().orElseThrow().offset()).isEqualTo(Files.size(kea.base));
  }

  @Test
  void next_headerInPieces_waitsForIt() throws Exception {
    LeaseFileTail tail = ofSet();
    kea.rename();
    Rows.writeText(kea.base, "");
    assertThat(readLater(tail)).isEmpty();
    kea.write(Rows.HEADER.substring(0, 30));
    assertThat(readLater(tail)).isEmpty();
    kea.write(Rows.HEADER.substring(30) + "\n" + KeaFiles.put(1, CLTT) + "\n");

    assertThat(readLater(tail)).containsExactly(1);
    assertThat(tail.rotations()).isEqualTo(1);
  }

  @Test
  void next_renamedWhileRowsArrive_readsTheOldFileToItsEndFirst() throws Exception {
    LeaseFileTail tail = ofSet();
    kea.append(KeaFiles.put(1, CLTT));
    assertThat(readLater(tail)).containsExactly(1);

    kea.append(KeaFiles.put(2, CLTT)); // not read before the rename
    kea.rotate();
    kea.append(KeaFiles.put(3, CLTT));

    assertThat(readLater(tail)).containsExactly(2, 3);
  }

  @Test
  void next_cleanUpDoneBetweenTwoLooks_losesNothing() throws Exception {
    LeaseFileTail tail = ofSet();
    assertThat(readLater(tail)).isEmpty();
    for (int i = 1; i <= 20; i += 2) {
      kea.append(KeaFiles.put(i, CLTT));
      kea.cleanUp();
      kea.append(KeaFiles.put(i + 1, CLTT));
      assertThat(readLater(tail)).containsExactly(i, i + 1);
    }
    assertThat(tail.rotations()).isEqualTo(10);
  }

  @Test
  void next_nameLeadsNowhereForAWhile_goesOnWhenItDoes() throws Exception {
    LeaseFileTail tail = ofSet();
    assertThat(readLater(tail)).isEmpty();
    kea.append(KeaFiles.put(1, CLTT));
    kea.rename();
    assertThat(readLater(tail)).containsExactly(1);
    pass(Duration.ofSeconds(3));
    assertThat(read(tail)).isEmpty();
    assertThat(tail.missing()).isGreaterThan(Duration.ofSeconds(3));
    kea.createBase();
    kea.append(KeaFiles.put(2, CLTT));

    assertThat(readLater(tail)).containsExactly(2);
    assertThat(tail.missing()).isZero();
  }

  @Test
  void next_readingBehindSeveralCleanUps_readsEachFile() throws Exception {
    LeaseFileTail tail = ofSet();
    assertThat(readLater(tail)).isEmpty();
    for (int i = 1; i < LeaseFileTail.FILES_MAX; i++) {
      kea.append(KeaFiles.put(i, CLTT));
      kea.cleanUp();
      pass(INTERVAL);
      tail.look(); // reads nothing: the cluster takes nothing
    }
    kea.append(KeaFiles.put(99, CLTT));
    assertThat(read(tail)).containsExactly(1, 2, 3, 4, 5, 6, 7, 99);
  }

  @Test
  void look_moreFilesWaitThanMayBeOpen_isAGap() throws Exception {
    LeaseFileTail tail = ofSet();
    assertThat(readLater(tail)).isEmpty();
    for (int i = 1; i < LeaseFileTail.FILES_MAX; i++) {
      kea.cleanUp();
      pass(INTERVAL);
      tail.look();
    }
    kea.cleanUp();
    pass(INTERVAL);

    assertThatThrownBy(tail::look)
        .isInstanceOf(GapException.class)
        .hasMessageContaining("files wait to be read");
  }

  @Test
  void next_twoCleanUpsWithoutALook_isAGap() throws Exception {
    LeaseFileTail tail = ofSet();
    assertThat(readLater(tail)).isEmpty();
    kea.append(KeaFiles.put(1, CLTT));
    kea.cleanUp();
    kea.append(KeaFiles.put(2, CLTT));
    kea.cleanUp();
    pass(Duration.ofSeconds(1));

    assertThatThrownBy(() -> read(tail))
        .isInstanceOf(GapException.class)
        .hasMessageContaining("no look at it in between");
  }

  @Test
  void next_renamedLongAgoAndNotMerged_goesOn() throws Exception {
    LeaseFileTail tail = ofSet();
    assertThat(readLater(tail)).isEmpty();
    kea.append(KeaFiles.put(1, CLTT));
    kea.rotate();
    kea.append(KeaFiles.put(2, CLTT));
    pass(Duration.ofHours(5));

    assertThat(read(tail)).containsExactly(1, 2);
  }

  @Test
  void next_replacedByAnotherFile_isAGap() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    LeaseFileTail tail = ofSet();
    assertThat(readLater(tail)).containsExactly(1);
    Path other = kea.beside(".restored");
    Files.copy(kea.base, other);
    KeaFiles.move(other, kea.base);

    pass(INTERVAL);
    assertThatThrownBy(() -> read(tail))
        .isInstanceOf(GapException.class)
        .hasMessageContaining("it left no trace");
  }

  @Test
  void next_truncated_isAGap() throws Exception {
    kea.append(KeaFiles.put(1, CLTT), KeaFiles.put(2, CLTT));
    LeaseFileTail tail = ofSet();
    assertThat(readLater(tail)).containsExactly(1, 2);
    kea.createBase(); // the same inode

    pass(INTERVAL);
    assertThatThrownBy(() -> read(tail))
        .isInstanceOf(GapException.class)
        .hasMessageContaining("expected at least the");
  }

  @Test
  void next_writtenAnewAndLonger_isAGap() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    LeaseFileTail tail = ofSet();
    assertThat(readLater(tail)).containsExactly(1);
    Rows.write(kea.base, KeaFiles.put(5, CLTT), KeaFiles.put(6, CLTT), KeaFiles.put(7, CLTT));

    pass(INTERVAL);
    assertThatThrownBy(() -> read(tail))
        .isInstanceOf(GapException.class)
        .hasMessageContaining("line 2 is another than was read");
  }

  @Test
  void next_oldFileEndsWithinARow_tellsOfItOnce() throws Exception {
    LeaseFileTail tail = ofSet();
    kea.write("2001:db8:1::1,00:03");
    assertThat(readLater(tail)).isEmpty();
    kea.rotate();
    kea.append(KeaFiles.put(2, CLTT));

    assertThat(readLater(tail)).containsExactly(-2, 2);
  }

  @Test
  void ofSet_filesOfACleanUp_areReadInKeasOrder() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    kea.cleanUp();
    kea.append(KeaFiles.put(2, CLTT));
    kea.rotate();
    kea.append(KeaFiles.put(3, CLTT));

    LeaseFileTail tail = ofSet();
    assertThat(read(tail)).containsExactly(1, 2, 3);
    assertThat(tail.isThroughOpening()).isTrue();
  }

  @Test
  void ofSet_noSuchFileButOthersOfTheSet_isMissing() {
    kea.rename();

    assertThatThrownBy(this::ofSet).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void from_theFileItself_goesOnBehindTheRow() throws Exception {
    kea.append(KeaFiles.put(1, CLTT), KeaFiles.put(2, CLTT));
    LeaseFileTail before = ofSet();
    read(before);
    FilePosition position = before.position().orElseThrow();
    kea.append(KeaFiles.put(3, CLTT));

    LeaseFileTail tail = from(position);
    assertThat(tail.position()).contains(position);
    LeaseRow row = Objects.requireNonNull(tail.next());
    assertThat(row.line()).isEqualTo(4);
    assertThat(read(tail)).isEmpty();
  }

  @Test
  void from_theFileThatIsDotOne_finishesItThenTheNewOne() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    LeaseFileTail before = ofSet();
    read(before);
    kea.append(KeaFiles.put(2, CLTT));
    kea.rotate();
    kea.append(KeaFiles.put(3, CLTT));

    assertThat(read(from(before.position().orElseThrow()))).containsExactly(2, 3);
  }

  @Test
  void from_afterTwoCleanUps_isAGap() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    LeaseFileTail before = ofSet();
    read(before);
    FilePosition position = before.position().orElseThrow();
    before.close(); // lets the inode be used again
    kea.cleanUp();
    kea.append(KeaFiles.put(2, CLTT));
    kea.cleanUp();

    assertThatThrownBy(() -> from(position)).isInstanceOf(GapException.class);
  }

  @Test
  void from_anotherRowAtThatPlace_isAGap() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    LeaseFileTail before = ofSet();
    read(before);
    FilePosition position = before.position().orElseThrow();
    Rows.write(kea.base, KeaFiles.put(2, CLTT));
    assertThat(Files.size(kea.base)).isEqualTo(position.offset());

    assertThatThrownBy(() -> from(position))
        .isInstanceOf(GapException.class)
        .hasMessageContaining("holds another row at line 2");
  }

  @Test
  void from_fileThatIsShorter_isAGap() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    LeaseFileTail before = ofSet();
    read(before);
    kea.createBase();

    assertThatThrownBy(() -> from(before.position().orElseThrow()))
        .isInstanceOf(GapException.class);
  }

  @Test
  void next_rowOfOctetsThatAreNoText_isMalformedAndPassed() throws Exception {
    kea.append(
        KeaFiles.put(1, CLTT),
        new String(new byte[] {(byte) 0xff, 7}, StandardCharsets.ISO_8859_1));
    kea.append(KeaFiles.put(2, CLTT));

    assertThat(read(ofSet())).containsExactly(1, -1, 2);
  }
}
