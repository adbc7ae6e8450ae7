package bindery.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** In which formats the bindings of a stopped node stand on its disk: each row's first octet. */
final class RowFormats {
  private static final int CLIENT_AT = 4; // behind the link's id

  private RowFormats() {}

  /** The format of each binding's row, by the client in hexadecimal. */
  static Map<String, Integer> of(Path data) throws IOException, RocksDBException {
    RocksDB.loadLibrary();
    Path store = data.resolve("store");
    String rows = Files.readString(store.resolve("generation")).strip();
    List<ColumnFamilyDescriptor> families =
        List.of(
            new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY),
            new ColumnFamilyDescriptor("binding".getBytes(StandardCharsets.US_ASCII)));
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    Map<String, Integer> formats = new TreeMap<>();
    try (DBOptions options = new DBOptions();
        ReadOptions inOrder = new ReadOptions().setTotalOrderSeek(true);
        RocksDB db =
            RocksDB.openReadOnly(options, store.resolve(rows).toString(), families, handles)) {
      try (RocksIterator row = db.newIterator(handles.get(1), inOrder)) {
        for (row.seekToFirst(); row.isValid(); row.next()) {
          byte[] key = row.key();
          String client = HexFormat.of().formatHex(key, CLIENT_AT, key.length);
          formats.put(client, (int) row.value()[0]);
        }
        row.status();
      } finally {
        handles.forEach(ColumnFamilyHandle::close);
      }
    }
    return formats;
  }
}
