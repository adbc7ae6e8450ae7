package bindery.raft;

import bindery.store.AppliedIndex;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A copy of a store in one file, to be kept elsewhere: a zip archive of the copy's files, whose
 * comment is the seal: the SHA-256 of every octet before it. So one octet changed anywhere, an
 * archive broken off and one with more behind its end are all found.
 *
 * <pre>
 * File     := manifest entry, an entry for each file of the copy, list of the entries, seal
 * seal     := 64 hexadecimal digits
 * manifest :=
 *   bindery-snapshot 1                format version
 *   cluster edge-north
 *   term 3
 *   index 1234                        the revision
 * </pre>
 */
public final class SnapshotFile {
  private static final String MANIFEST = "manifest";
  private static final String FORMAT = "bindery-snapshot";
  private static final int VERSION = 1;
  private static final int FILES_MAX = 1_000_000;
  private static final int MANIFEST_BYTES_MAX = 4 << 10;
  private static final int BUFFER_BYTES = 1 << 20;

  private SnapshotFile() {}

  /**
   * What a snapshot says of itself.
   *
   * @param cluster the name of the cluster that it was taken of
   * @param at what it holds
   */
  public record Manifest(String cluster, AppliedIndex at) {}

  /**
   * Writes a snapshot; closes neither folder nor {@code out}. Blocks for reading all of it.
   *
   * @param store a copy of a store that nobody changes
   * @throws IOException if it cannot be read, or {@code out} takes no more
   */
  public static void write(Path store, Manifest manifest, OutputStream out) throws IOException {
    SealedOutput sealed = new SealedOutput(out);
    // Collected, since a deflater gives its output in small pieces.
    OutputStream collected = new BufferedOutputStream(sealed, BUFFER_BYTES);
    ZipOutputStream zip = new ZipOutputStream(collected, StandardCharsets.UTF_8);
    zip.setLevel(Deflater.BEST_SPEED);
    zip.setComment("0".repeat(SealedOutput.SEAL_BYTES)); // where the seal comes
    zip.putNextEntry(new ZipEntry(MANIFEST));
    zip.write(text(manifest).getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
    for (Path file : files(store)) {
      zip.putNextEntry(new ZipEntry(store.relativize(file).toString()));
      Files.copy(file, zip);
      zip.closeEntry();
    }
    zip.finish();
    collected.flush();
    sealed.seal();
  }

  private static String text(Manifest manifest) {
    return FORMAT
        + " "
        + VERSION
        + "\ncluster "
        + manifest.cluster()
        + "\nterm "
        + manifest.at().term()
        + "\nindex "
        + manifest.at().index()
        + "\n";
  }

  private static List<Path> files(Path store) throws IOException {
    try (Stream<Path> all = Files.walk(store)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /**
   * Unpacks a snapshot, once every octet of it is proven by its seal.
   *
   * @param target made; must not exist, or be empty
   * @throws IOException if there is something in the target; if it is no snapshot, damaged, broken
   *     off, or cannot be read or written; what was unpacked is deleted then
   */
  public static Manifest unpack(Path file, Path target) throws IOException {
    Path folder = target.toAbsolutePath().normalize(); // what paths in the archive are held to
    if (!DurableFiles.isEmpty(folder)) {
      throw new IOException(
          "the folder " + folder + " is not empty (expected a new one: nothing is overwritten)");
    }
    try {
      DurableFiles.makeFolder(folder);
      Manifest manifest = unpackInto(file, folder);
      DurableFiles.syncFolders(folder);
      return manifest;
    } catch (IOException | RuntimeException e) {
      DurableFiles.delete(folder);
      throw e;
    }
  }

  private static Manifest unpackInto(Path file, Path target) throws IOException {
    checkSeal(file);
    Manifest manifest = null;
    int files = 0;
    try (ZipInputStream zip =
        new ZipInputStream(Files.newInputStream(file), StandardCharsets.UTF_8)) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        if (manifest == null) {
          manifest = manifest(file, entry, zip);
          continue;
        }
        Path to = target.resolve(entry.getName()).normalize();
        if (!to.startsWith(target) || ++files > FILES_MAX || Files.exists(to)) {
          throw damaged(file, "an entry " + entry.getName() + " that no snapshot has");
        }
        DurableFiles.makeFolder(Objects.requireNonNull(to.getParent()));
        try (OutputStream out = Files.newOutputStream(to)) {
          zip.transferTo(out);
        }
        DurableFiles.sync(to);
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw damaged(file, String.valueOf(e.getMessage()));
    }
    if (manifest == null) {
      throw damaged(file, "no manifest in it");
    }
    return manifest;
  }

  private static void checkSeal(Path file) throws IOException {
    MessageDigest digest = CheckpointSource.sha256();
    try (FileChannel channel = FileChannel.open(file)) {
      long sealed = channel.size() - SealedOutput.SEAL_BYTES;
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      long at = 0;
      while (at < sealed) {
        buffer.clear().limit((int) Math.min(BUFFER_BYTES, sealed - at));
        int read = channel.read(buffer, at);
        if (read < 0) {
          break;
        }
        digest.update(buffer.flip());
        at += read;
      }
      ByteBuffer seal = ByteBuffer.allocate(SealedOutput.SEAL_BYTES);
      while (sealed >= 0 && seal.hasRemaining() && channel.read(seal, at + seal.position()) > 0) {}
      if (!new String(seal.array(), StandardCharsets.US_ASCII).equals(SealedOutput.text(digest))) {
        throw damaged(file, "its seal, the last 64 octets, does not fit the octets before it");
      }
    }
  }

  private static Manifest manifest(Path file, ZipEntry entry, InputStream zip) throws IOException {
    byte[] octets = zip.readNBytes(MANIFEST_BYTES_MAX);
    List<String> lines = new String(octets, StandardCharsets.UTF_8).lines().toList();
    if (!entry.getName().equals(MANIFEST)
        || lines.size() != 4
        || !lines.get(0).equals(FORMAT + " " + VERSION)) {
      throw damaged(
          file,
          "its first entry is "
              + entry.getName()
              + (lines.isEmpty() ? "" : ", which begins with \"" + lines.get(0) + "\"")
              + " (expected "
              + MANIFEST
              + " with "
              + FORMAT
              + " "
              + VERSION
              + ")");
    }
    try {
      return new Manifest(
          value(lines.get(1), "cluster"),
          new AppliedIndex(
              Long.parseLong(value(lines.get(2), "term")),
              Long.parseLong(value(lines.get(3), "index"))));
    } catch (IllegalArgumentException e) {
      throw damaged(file, "its manifest: " + e.getMessage());
    }
  }

  private static String value(String line, String key) {
    if (!line.startsWith(key + " ")) {
      throw new IllegalArgumentException("\"" + line + "\" (expected " + key + ")");
    }
    return line.substring(key.length() + 1);
  }

  private static IOException damaged(Path file, String what) {
    return new IOException(
        file + " is no snapshot, or a damaged one: " + what + "; take another one");
  }
}
