package bindery.leasequery;

import static bindery.leasequery.RawRequestor.DATA;
import static bindery.leasequery.RawRequestor.DONE;
import static bindery.leasequery.RawRequestor.REPLY;
import static bindery.leasequery.RawRequestor.query;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.exchange;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.leasequery.RawRequestor.Message;
import bindery.log.v1.Exchange;
import bindery.query.FedStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A row that is not what it must be, met in the middle of an answer. */
final class StoreFaultTest {
  private static final int CLIENTS = 2_000;
  private static final String LINK = "20010db8000a00000000000000001234";

  // S-45, S-46: what is sound is told, then DONE with a status and FIN; the node hears of it.
  @Test
  void row_corruptMidAnswer_endsItWithDoneAndTellsTheNode(@TempDir Path folder) throws Exception {
    try (FedStore store = FedStore.open(folder).link("a", List.of("2001:db8:a::/64"), List.of())) {
      List<Exchange.Builder> exchanges = new ArrayList<>();
      for (int i = 1; i <= CLIENTS; i++) {
        exchanges.add(
            exchange(i, "a")
                .addLeases(address("2001:db8:a::" + Integer.toHexString(i), 3_600, 7_200)));
      }
      store.feed(exchanges.toArray(new Exchange.Builder[0]));
    }
    int before = 1_500;
    spoilBinding(folder, before);

    try (FedStore store = FedStore.reopen(folder);
        Front front = new Front(store).start();
        RawRequestor requestor = front.connect()) {
      List<Message> all = requestor.send(query(1, 4, LINK, "")).readAll();

      assertThat(all).hasSize(before + 1);
      assertThat(all.get(0).type()).isEqualTo(REPLY);
      assertThat(all.subList(1, before)).allMatch(m -> m.type() == DATA);
      assertThat(all.get(before).type()).isEqualTo(DONE);
      assertThat(all.get(before).status()).isEqualTo(11);
      assertThat(all.get(before).statusText()).isNotEmpty();
      assertThat(front.faults).hasSize(1);
      assertThat(front.stats().snapshotsPinned()).isZero();
    }
  }

  /** Overwrites the row behind so many others, past the store and its checks. */
  private static void spoilBinding(Path folder, int number) throws IOException, RocksDBException {
    Path rows;
    try (Stream<Path> walk = Files.walk(folder)) {
      // The engine's own folder is the one with its identity.
      rows = walk.filter(path -> Files.exists(path.resolve("IDENTITY"))).findFirst().orElseThrow();
    }
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    try (Options options = new Options()) {
      for (byte[] name : RocksDB.listColumnFamilies(options, rows.toString())) {
        families.add(new ColumnFamilyDescriptor(name));
      }
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options = new DBOptions();
        RocksDB database = RocksDB.open(options, rows.toString(), families, handles)) {
      for (ColumnFamilyHandle family : handles) {
        if (new String(family.getName(), java.nio.charset.StandardCharsets.US_ASCII)
            .equals("binding")) {
          spoil(database, family, number);
        }
      }
      handles.forEach(ColumnFamilyHandle::close);
    }
  }

  private static void spoil(RocksDB database, ColumnFamilyHandle family, int number)
      throws RocksDBException {
    try (RocksIterator rows = database.newIterator(family)) {
      rows.seekToFirst();
      for (int i = 0; i < number; i++) {
        rows.next();
      }
      database.put(family, rows.key(), new byte[] {(byte) 0xee, 1, 2, 3});
    }
  }
}
