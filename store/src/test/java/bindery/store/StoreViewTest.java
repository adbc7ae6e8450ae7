package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.log.v1.Feeder;
import bindery.log.v1.Identity;
import bindery.log.v1.Settings;
import bindery.log.v1.Source;
import bindery.model.Bytes;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreViewTest {
  private final Path temp;

  StoreViewTest(@TempDir Path temp) {
    this.temp = temp;
  }

  private static Source source(String name, boolean fed, boolean syncOpen) {
    return Source.newBuilder()
        .setName(name)
        .setFed(fed)
        .addFeeders(Feeder.newBuilder().setName("f").setSyncOpen(syncOpen))
        .build();
  }

  private static void put(RowBatch batch, Source source) {
    batch.put(Family.SOURCE, Keys.source(source.getName()), MetaRow.message(source));
  }

  @Test
  void view_metaRows_areReadAsOfItsSnapshot() {
    Identity identity =
        Identity.newBuilder()
            .setCluster("edge-north")
            .setDuid(ByteString.copyFrom(Samples.CLIENT.octets().toArray()))
            .setIncarnation(ByteString.copyFrom(new byte[16]))
            .build();
    Settings settings = Settings.newBuilder().setRetainEndedSeconds(86_400).build();
    try (RowsFixture rows = new RowsFixture(temp)) {
      rows.write(
          batch -> {
            batch.put(Family.META, MetaKey.IDENTITY.octets(), MetaRow.message(identity));
            batch.put(Family.META, MetaKey.SETTINGS.octets(), MetaRow.message(settings));
            batch.put(Family.META, MetaKey.LEVEL.octets(), MetaRow.number(1));
            batch.put(Family.META, MetaKey.CARRIED_RELAY_ID.octets(), MetaRow.mark());
            put(batch, source("kea-b", true, false));
            put(batch, source("kea-a", true, false));
          });
      try (StoreView view = rows.view()) {
        rows.write(
            batch -> {
              batch.put(Family.META, MetaKey.LEVEL.octets(), MetaRow.number(2));
              batch.delete(Family.META, MetaKey.IDENTITY.octets());
              batch.put(Family.META, MetaKey.CARRIED_REMOTE_ID.octets(), MetaRow.mark());
              put(batch, source("kea-c", false, false));
            });
        assertThat(view.cluster()).contains("edge-north");
        assertThat(view.clusterDuid()).contains(Samples.CLIENT);
        assertThat(view.incarnation()).isEqualTo(Bytes.wrap(new byte[16]));
        assertThat(view.settings()).isEqualTo(settings);
        assertThat(view.level()).isEqualTo(1);
        assertThat(view.hasCarriedRelayIds()).isTrue();
        assertThat(view.hasCarriedRemoteIds()).isFalse();
        assertThat(view.sources()).extracting(Source::getName).containsExactly("kea-a", "kea-b");
        assertThat(view.standing()).isEqualTo(Standing.FED);
      }
    }
  }

  @Test
  void standing_anySources_isTheLeastThatTheyAllow() {
    Source opened = source("a", false, false);
    Source syncing = source("b", false, true);
    Source fed = source("c", true, false);
    Source resyncing = source("d", true, true);
    assertThat(standing(List.of())).isEqualTo(Standing.NEVER_FED);
    assertThat(standing(List.of(opened))).isEqualTo(Standing.NEVER_FED);
    assertThat(standing(List.of(syncing))).isEqualTo(Standing.FIRST_SYNC);
    assertThat(standing(List.of(opened, syncing))).isEqualTo(Standing.FIRST_SYNC);
    assertThat(standing(List.of(fed))).isEqualTo(Standing.FED);
    assertThat(standing(List.of(resyncing, opened))).isEqualTo(Standing.FED);
    assertThat(standing(List.of(fed, syncing))).isEqualTo(Standing.LATER_FIRST_SYNC);
  }

  private static Standing standing(List<Source> sources) {
    return Standing.of(sources, Settings.getDefaultInstance(), 0);
  }

  @Test
  void standing_laterFirstSyncBrokenOff_holdsNothingUpForEver() {
    Source fed = source("c", true, false);
    Source syncing = source("b", false, true).toBuilder().setLastItemMillis(1_000_000).build();
    Settings settings = Settings.newBuilder().setSourceSilentAfterSeconds(900).build();

    assertThat(Standing.of(List.of(fed, syncing), settings, 1_900_000))
        .isEqualTo(Standing.LATER_FIRST_SYNC);
    assertThat(Standing.of(List.of(fed, syncing), settings, 1_900_001)).isEqualTo(Standing.FED);
    // Nobody else has told what there is.
    assertThat(Standing.of(List.of(syncing), settings, 9_000_000)).isEqualTo(Standing.FIRST_SYNC);
  }

  @Test
  void bindingsEstimate_ofAFewRows_isTheirNumber() {
    try (RowsFixture rows = new RowsFixture(temp)) {
      rows.write(
          batch -> {
            for (int i = 0; i < 10; i++) {
              Samples.put(batch, Samples.binding(1, Samples.client(i)));
            }
          });
      try (StoreView view = rows.view()) {
        assertThat(view.bindingsEstimate()).isEqualTo(10);
      }
    }
  }

  // A bit that the disk turned is told by the block's checksum, never answered from.
  @Test
  void scan_corruptTable_isAStoreException() throws IOException {
    try (RowsFixture fixture = new RowsFixture(temp)) {
      fixture.write(
          batch -> {
            for (int i = 0; i < 1_000; i++) {
              Samples.put(batch, Samples.binding(1, Samples.client(i)));
            }
          });
      fixture.flush();
    }
    try (Stream<Path> all = Files.list(temp)) {
      for (Path table : all.filter(f -> f.toString().endsWith(".sst")).toList()) {
        byte[] octets = Files.readAllBytes(table);
        octets[100] ^= 1;
        Files.write(table, octets);
      }
    }
    try (RowsFixture fixture = new RowsFixture(temp);
        StoreView view = fixture.view();
        BindingCursor cursor = view.scan(new Selector.ByLink(List.of(1)), true, 0)) {
      assertThatThrownBy(cursor::next)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("a file is damaged");
    }
  }

  // Without a flush on purpose, memory tables are written out when they reach their limit.
  @Test
  void write_manyTimesTheMemoryTables_staysWithinThem() throws Exception {
    try (RowsFixture rows = new RowsFixture(temp)) {
      for (int i = 0; i < 400; i++) {
        byte[] key = Keys.link(i);
        rows.write(batch -> batch.put(Family.BINDING, key, new byte[100_000]));
      }
      long held =
          rows.generation().db().getAggregatedLongProperty("rocksdb.cur-size-all-mem-tables");
      assertThat(held).isLessThan(3 * RowsFixture.MEMTABLE_BYTES);
    }
  }

  // Views and cursors that close in any order, on any thread, while the generation is let go of.
  @Test
  void close_onManyThreadsAtOnce_neverTouchesWhatIsClosed() throws Exception {
    RowsFixture rows = new RowsFixture(temp);
    rows.write(
        batch -> {
          for (int i = 0; i < 2_000; i++) {
            Samples.put(batch, Samples.binding(1, Samples.client(i)));
          }
        });
    ExecutorService readers = Executors.newFixedThreadPool(4);
    try {
      StoreView view = rows.view();
      List<BindingCursor> cursors =
          List.of(
              view.scan(new Selector.ByLink(List.of(1)), true, 0),
              view.scan(new Selector.ByLink(List.of(1)), false, 0));
      List<Future<Integer>> walks =
          cursors.stream().map(cursor -> readers.submit(() -> walk(cursor))).toList();
      Future<?> closing = readers.submit(view::close);
      rows.close();
      closing.get(30, TimeUnit.SECONDS);
      for (Future<Integer> walk : walks) {
        assertThat(walk.get(30, TimeUnit.SECONDS)).isEqualTo(2_000);
      }
      assertThatIllegalStateException().isThrownBy(view::level);
      assertThat(rows.generation().awaitClosed(30)).isTrue();
      assertThat(rows.generation().acquire()).isFalse();
    } finally {
      readers.shutdownNow();
    }
  }

  private static int walk(BindingCursor cursor) {
    int count = 0;
    try (cursor) {
      while (cursor.next()) {
        count++;
      }
    }
    return count;
  }
}
