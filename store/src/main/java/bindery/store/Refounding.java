package bindery.store;

import bindery.log.v1.Identity;
import bindery.log.v1.Source;
import bindery.model.Bytes;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import org.rocksdb.Cache;

/**
 * Makes rows of an earlier moment those of a new cluster: under another incarnation, so that every
 * feeder tells all it knows anew, and with no source complete until one has. The DUID stays, since
 * requestors go by it.
 */
public final class Refounding {
  private Refounding() {}

  /**
   * Changes a store that nobody has open, for good.
   *
   * @param incarnation 16 octets that no cluster had before
   * @return what it has applied
   * @throws StoreException if it holds no cluster, is open, corrupt, or of a newer level
   */
  public static AppliedIndex refound(
      Path folder, StoreOptions options, String cluster, Bytes incarnation) {
    Path rows =
        StoreFolder.current(folder)
            .orElseThrow(() -> new StoreException("no store in " + folder + " (expected one)"));
    try (StoreFolder held = StoreFolder.open(folder);
        Cache cache = EngineOptions.cache(options.cacheBytes())) {
      held.sweep(rows);
      Generation generation = new Generation(rows, cache, options);
      try {
        return refound(generation, options, cluster, incarnation);
      } finally {
        generation.release();
      }
    }
  }

  private static AppliedIndex refound(
      Generation generation, StoreOptions options, String cluster, Bytes incarnation) {
    RowReader rows = generation.reader();
    options.checkLevel(
        "the store in " + generation.folder(), MetaRow.readNumber(rows, MetaKey.LEVEL));
    byte[] before = rows.get(MetaKey.IDENTITY);
    if (before == null) {
      throw new StoreException(
          "the store in "
              + generation.folder()
              + " is no cluster's yet (expected one that was fed)");
    }
    RowBatch batch = generation.newBatch();
    Identity identity =
        MetaRow.parseIdentity(before).toBuilder()
            .setCluster(cluster)
            .setIncarnation(ByteString.copyFrom(incarnation.toArray()))
            .build();
    batch.put(Family.META, MetaKey.IDENTITY.octets(), MetaRow.message(identity));
    for (Source source : Sessions.all(rows)) {
      Source incomplete =
          source.toBuilder()
              .setPartlyFed(source.getFed() || source.getPartlyFed())
              .setFed(false)
              .build();
      batch.put(Family.SOURCE, Keys.source(source.getName()), MetaRow.message(incomplete));
    }
    generation.write(batch);
    generation.flush();
    return MetaRow.readApplied(rows);
  }
}
