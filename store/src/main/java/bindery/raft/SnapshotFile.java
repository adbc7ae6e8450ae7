package bindery.raft;

import bindery.store.AppliedIndex;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A copy of a store in one file, to be kept elsewhere: a zip archive of the copy's files, and last
 * the entry {@code manifest}, so that an archive that was broken off is none.
 *
 * <pre>
 * bindery-snapshot 1                  format version
 * cluster edge-north
 * term 3
 * index 1234                          the revision
 * file SHA-256 SIZE PATH              a line for each of the others, in their order
 * </pre>
 */
public final class SnapshotFile {
  private static final String MANIFEST = "manifest";
  private static final String FORMAT = "bindery-snapshot";
  private static final int VERSION = 1;
  private static final int FILES_MAX = 1_000_000;
  // The record that ends an archive without a comment.
  private static final int END_BYTES = 22;
  private static final int END_SIGNATURE = 0x504b0506;
  private static final int MANIFEST_BYTES_MAX = 256 << 20;

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
    ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    zip.setLevel(Deflater.BEST_SPEED);
    StringBuilder text =
        new StringBuilder()
            .append(FORMAT + " " + VERSION + "\n")
            .append("cluster " + manifest.cluster() + "\n")
            .append("term " + manifest.at().term() + "\n")
            .append("index " + manifest.at().index() + "\n");
    for (Path file : files(store)) {
      String path = store.relativize(file).toString();
      MessageDigest digest = CheckpointSource.sha256();
      zip.putNextEntry(new ZipEntry(path));
      long size;
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        size = in.transferTo(zip);
      }
      zip.closeEntry();
      text.append(line(digest, size, path));
    }
    zip.putNextEntry(new ZipEntry(MANIFEST));
    zip.write(text.toString().getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
    zip.finish();
    zip.flush();
  }

  private static List<Path> files(Path store) throws IOException {
    try (Stream<Path> all = Files.walk(store)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String line(MessageDigest digest, long size, String path) {
    return "file " + HexFormat.of().formatHex(digest.digest()) + " " + size + " " + path + "\n";
  }

  /**
   * Unpacks a snapshot and checks every file of it by its hash.
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
    List<String> lines = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int entries = entries(file);
    try (ZipInputStream zip =
        new ZipInputStream(Files.newInputStream(file), StandardCharsets.UTF_8)) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        String path = entry.getName();
        if (path.equals(MANIFEST)) {
          if (entries != seen.size() + 1) {
            throw damaged(file, entries + " entries (expected " + (seen.size() + 1) + ")");
          }
          return read(file, new String(manifest(file, zip), StandardCharsets.UTF_8), lines);
        }
        Path to = target.resolve(path).normalize();
        if (!to.startsWith(target) || !seen.add(path) || seen.size() > FILES_MAX) {
          throw damaged(file, "an entry " + path + " that no snapshot has");
        }
        DurableFiles.makeFolder(Objects.requireNonNull(to.getParent()));
        MessageDigest digest = CheckpointSource.sha256();
        long size = Files.copy(new DigestInputStream(unclosed(zip), digest), to);
        DurableFiles.sync(to);
        lines.add(line(digest, size, path).strip());
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw damaged(file, String.valueOf(e.getMessage()));
    }
    throw damaged(file, "no manifest at its end");
  }

  // By the list at the archive's end, which is not there if the file is cut short or goes on.
  private static int entries(Path file) throws IOException {
    try (ZipFile archive = new ZipFile(file.toFile());
        FileChannel channel = FileChannel.open(file)) {
      ByteBuffer end = ByteBuffer.allocate(END_BYTES);
      channel.read(end, channel.size() - END_BYTES);
      if (end.getInt(0) != END_SIGNATURE) {
        throw damaged(file, "more behind its end");
      }
      return archive.size();
    } catch (ZipException e) {
      throw damaged(file, String.valueOf(e.getMessage()));
    }
  }

  private static byte[] manifest(Path file, ZipInputStream zip) throws IOException {
    byte[] octets = zip.readNBytes(MANIFEST_BYTES_MAX + 1);
    if (octets.length > MANIFEST_BYTES_MAX) {
      throw damaged(file, "a manifest of more than " + MANIFEST_BYTES_MAX + " octets");
    }
    return octets;
  }

  private static InputStream unclosed(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public void close() {} // the archive goes on
    };
  }

  private static Manifest read(Path file, String text, List<String> found) throws IOException {
    List<String> lines = text.lines().toList();
    if (lines.size() < 4 || !lines.get(0).equals(FORMAT + " " + VERSION)) {
      throw damaged(
          file,
          "a manifest that begins with \""
              + (lines.isEmpty() ? "" : lines.get(0))
              + "\" (expected "
              + FORMAT
              + " "
              + VERSION
              + ")");
    }
    List<String> told = lines.subList(4, lines.size());
    for (int i = 0; i < Math.max(told.size(), found.size()); i++) {
      String expected = i < told.size() ? told.get(i) : "no further file";
      String actual = i < found.size() ? found.get(i) : "no further file";
      if (!expected.equals(actual)) {
        throw damaged(file, "\"" + actual + "\" (the manifest says \"" + expected + "\")");
      }
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
