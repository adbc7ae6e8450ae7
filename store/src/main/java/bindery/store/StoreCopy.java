package bindery.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Stores that nobody has open: how one is made by copying, and what it holds. */
final class StoreCopy {
  private StoreCopy() {}

  /**
   * Makes a copy of a generation by hard links.
   *
   * @param generation held by the caller
   * @param target must not exist
   * @return what the copy has applied
   * @throws StoreException if it cannot be made; nothing is left of it then
   */
  static AppliedIndex make(Generation generation, Path target) {
    StoreFolder.makeNew(target);
    try (Checkpoint engine = Checkpoint.create(generation.db())) {
      Path rows = StoreFolder.first(target);
      engine.createCheckpoint(rows.toString());
      StoreFolder.point(target, rows);
      return peek(target);
    } catch (RocksDBException e) {
      StoreFolder.delete(target);
      throw Generation.failure("cannot copy " + generation.folder() + " to " + target, e);
    } catch (RuntimeException e) {
      StoreFolder.delete(target);
      throw e;
    }
  }

  /**
   * What the store in {@code folder} has applied; {@link AppliedIndex#NONE} if there is none.
   *
   * @throws StoreException if it is corrupt or incomplete
   */
  static AppliedIndex peek(Path folder) {
    Path rows = StoreFolder.current(folder).orElse(null);
    if (rows == null || !Files.isDirectory(rows)) {
      return AppliedIndex.NONE;
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions readOnly = new DBOptions();
        ColumnFamilyOptions plain = new ColumnFamilyOptions();
        RocksDB db =
            RocksDB.openReadOnly(
                readOnly,
                rows.toString(),
                List.of(
                    new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, plain),
                    new ColumnFamilyDescriptor(Family.META.labelOctets(), plain)),
                handles)) {
      try {
        byte[] row = db.get(handles.get(1), MetaKey.APPLIED.octets());
        return row == null ? AppliedIndex.NONE : MetaRow.parseApplied(row);
      } finally {
        handles.forEach(ColumnFamilyHandle::close);
      }
    } catch (RocksDBException e) {
      throw Generation.failure("cannot read the store in " + rows, e);
    }
  }
}
