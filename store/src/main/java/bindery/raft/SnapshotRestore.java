package bindery.raft;

import bindery.model.Bytes;
import bindery.store.AppliedIndex;
import bindery.store.BindingStore;
import bindery.store.ClosedStore;
import bindery.store.Refounding;
import bindery.store.StoreOptions;
import bindery.store.StoreVerifier;
import bindery.store.StoreView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Optional;

/**
 * Makes the data folder of a new cluster's first node of a snapshot.
 *
 * <p>The log begins behind the snapshot, in a term above its own, as if the node had fetched a
 * copy. Further nodes join it, so all hold the same.
 */
public final class SnapshotRestore {
  private static final int RANDOM_BYTES = 16;

  private SnapshotRestore() {}

  /**
   * What was restored.
   *
   * @param cluster the name of the cluster that the folder is of now
   */
  public record Restored(String cluster, StoreVerifier.Report report) {}

  /**
   * Restores into a folder, which is made. Blocks for reading all of it twice.
   *
   * @param data must not exist, or be empty
   * @param cluster the new cluster's name; that of the one the snapshot was taken of if empty
   * @throws IOException if there is something in it, or the snapshot is damaged; nothing is left
   *     then
   * @throws bindery.store.StoreException if its rows cannot be read
   */
  public static Restored restore(Path file, Path data, Optional<String> cluster, String node)
      throws IOException {
    checkEmpty(data);
    DurableFiles.makeFolder(data);
    Path store = data.resolve("store");
    try {
      SnapshotFile.Manifest taken = SnapshotFile.unpack(file, store);
      StoreVerifier.Report report = verifySound(file, store);
      String name = cluster.orElse(taken.cluster());
      var unused = found(data, name, node);
      return new Restored(name, report);
    } catch (IOException | RuntimeException e) {
      undo(data);
      throw e;
    }
  }

  private static StoreVerifier.Report verifySound(Path file, Path store) throws IOException {
    StoreVerifier.Report report = verify(store);
    if (!report.faults().isEmpty()) {
      throw new IOException(
          "the rows in " + file + " do not agree: " + String.join("; ", report.faults()));
    }
    return report;
  }

  /**
   * Makes a data folder whose rows are there, and sound, the beginning of a new cluster.
   *
   * @return its incarnation
   * @throws IOException if it cannot be written
   * @throws bindery.store.StoreException if the rows are no cluster's
   */
  static Bytes found(Path data, String cluster, String node) throws IOException {
    Bytes incarnation = Bytes.of(random());
    AppliedIndex at =
        Refounding.refound(data.resolve("store"), StoreOptions.DEFAULT, cluster, incarnation);
    FolderMarker marker =
        FolderMarker.fresh(cluster, node, Bytes.of(random())).withCheckpoint(at.index());
    Path log = data.resolve("raft").resolve(marker.group().toString()).resolve("current");
    DurableFiles.makeFolder(log);
    // Of the engine's own grammar. The next election is in the term above.
    DurableFiles.write(log.resolve("raft-meta"), "term=" + at.term() + "\nvotedFor=\n");
    marker.write(data);
    return incarnation;
  }

  /** Takes back what was put into a data folder that was empty. */
  static void undo(Path data) throws IOException {
    DurableFiles.delete(data.resolve("store"));
    DurableFiles.delete(data.resolve("raft"));
  }

  /**
   * Proves that a snapshot is whole, and that its rows and indexes agree. It is unpacked beside
   * itself for that, and deleted again.
   *
   * @throws IOException if it is damaged, or there is no room
   * @throws bindery.store.StoreException if its rows cannot be read
   */
  public static StoreVerifier.Report verifySnapshot(Path file) throws IOException {
    Path folder = beside(file);
    try {
      var unused = SnapshotFile.unpack(file, folder);
      return verify(folder);
    } finally {
      DurableFiles.delete(folder);
    }
  }

  /**
   * Proves that the rows and indexes of a node agree that does not run. They are copied beside its
   * data folder for that, since to open rows is to write to them, and deleted again.
   *
   * @throws IOException if the node runs, it is no node's data folder, or there is no room
   * @throws bindery.store.StoreException if its rows cannot be read
   */
  public static StoreVerifier.Report verifyFolder(Path data) throws IOException {
    try (StoppedFolder stopped = StoppedFolder.open(data)) {
      Path folder = beside(stopped.path());
      try {
        Path copy = folder.resolve("store");
        ClosedStore.copy(stopped.store(), copy);
        return verify(copy);
      } finally {
        DurableFiles.delete(folder);
      }
    }
  }

  private static Path beside(Path target) throws IOException {
    return Files.createTempDirectory(
        Objects.requireNonNull(target.toAbsolutePath().getParent()), target.getFileName() + ".");
  }

  /**
   * Proves that rows and indexes of a store agree that nobody has open. Reads every row once.
   *
   * @throws bindery.store.StoreException if it is open, or its rows cannot be read
   */
  public static StoreVerifier.Report verify(Path store) {
    try (BindingStore rows = BindingStore.open(store, StoreOptions.DEFAULT);
        StoreView view = rows.view()) {
      return StoreVerifier.verify(view);
    }
  }

  /**
   * Checks that a folder to be written holds nothing, or is not there.
   *
   * @throws IOException if it holds something
   */
  static void checkEmpty(Path data) throws IOException {
    if (!DurableFiles.isEmpty(data)) {
      throw new IOException(
          "the folder " + data + " is not empty (expected a new one: nothing is overwritten)");
    }
  }

  private static byte[] random() {
    byte[] octets = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(octets);
    return octets;
  }
}
