package bindery.raft;

import bindery.model.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a data folder says of itself: the file {@code member} in it, as {@link CheckedText}.
 *
 * <pre>
 * bindery-data 1                                   format version
 * cluster edge-north
 * node n1
 * group 0f6ae1ab-92c0-3b6b-9a3e-3a0b5ab0f1f5       Raft group, made of the cluster's name
 * folder 8d3f...                                   16 random octets, made with the folder
 * state new|admitted|joined|removed
 * checkpoint -1                                    the copy that may explain rows without a log
 * </pre>
 *
 * @param cluster the cluster's name
 * @param node the member's name
 * @param group the Raft group
 * @param folder the folder's own identity, told to the other members
 * @param state how far this folder came into the group
 * @param checkpoint the index of the last copy of another member's store that was put in here, or
 *     was about to be; -1 if there is none, or the log goes on behind it
 */
record FolderMarker(
    String cluster, String node, UUID group, Bytes folder, State state, long checkpoint) {
  private static final String FILE = "member";
  private static final String FORMAT = "bindery-data";
  private static final int VERSION = 1;

  /** What to do about a file without which a data folder is of no use. */
  static final String REMEDY =
      "; replace the member by one with a new name and an empty data folder (bindery member"
          + " replace); the other members go on meanwhile";

  /** How far a folder came into the group. */
  enum State {
    /** Made here; no majority has been told of it yet. Must not vote. */
    NEW,
    /** A majority knows it. */
    ADMITTED,
    /** It has applied entries: an empty log in it is a lost log. */
    JOINED,
    /** Its member was removed from the group: it is of no more use. */
    REMOVED
  }

  /** Of a folder that was just made. */
  static FolderMarker fresh(String cluster, String node, Bytes folder) {
    return new FolderMarker(cluster, node, groupOf(cluster), folder, State.NEW, -1);
  }

  /** The Raft group of a cluster: the same at every member, another for another name. */
  static UUID groupOf(String cluster) {
    return UUID.nameUUIDFromBytes(("bindery:" + cluster).getBytes(StandardCharsets.UTF_8));
  }

  FolderMarker withState(State next) {
    return new FolderMarker(cluster, node, group, folder, next, checkpoint);
  }

  FolderMarker withCheckpoint(long index) {
    return new FolderMarker(cluster, node, group, folder, state, index);
  }

  /**
   * Reads the marker of a folder; empty if it has none.
   *
   * @throws IOException if it cannot be read, is corrupt, or of a newer format
   */
  static Optional<FolderMarker> read(Path data) throws IOException {
    Path file = data.resolve(FILE);
    String text;
    try {
      checkVersion(file);
      text = CheckedText.read(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Map<String, String> fields = new HashMap<>();
    for (String line : text.lines().toList()) {
      int space = line.indexOf(' ');
      if (space > 0) {
        fields.put(line.substring(0, space), line.substring(space + 1));
      }
    }
    try {
      return Optional.of(
          new FolderMarker(
              field(fields, "cluster"),
              field(fields, "node"),
              UUID.fromString(field(fields, "group")),
              Bytes.parseHex(field(fields, "folder")),
              State.valueOf(field(fields, "state").toUpperCase(java.util.Locale.ROOT)),
              Long.parseLong(field(fields, "checkpoint"))));
    } catch (IllegalArgumentException e) {
      throw new IOException("corrupt " + file + ": " + e.getMessage() + REMEDY, e);
    }
  }

  // Before all else: a newer format may be proven otherwise.
  private static void checkVersion(Path file) throws IOException {
    String first =
        Files.readString(file, StandardCharsets.ISO_8859_1).lines().findFirst().orElse("");
    if (first.matches(FORMAT + " \\d{1,9}")) {
      int version = Integer.parseInt(first.substring(FORMAT.length() + 1));
      if (version > VERSION) {
        throw new IOException(
            file
                + " is of format "
                + version
                + " (this program knows "
                + VERSION
                + "): run a newer program");
      }
    }
  }

  private static String field(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no line \"" + name + "\"");
    }
    return value;
  }

  /** Writes the marker, on disk for good when it returns. */
  void write(Path data) throws IOException {
    CheckedText.write(
        data.resolve(FILE),
        String.join(
            "\n",
            FORMAT + " " + VERSION,
            "cluster " + cluster,
            "node " + node,
            "group " + group,
            "folder " + folder.hex(),
            "state " + state.name().toLowerCase(java.util.Locale.ROOT),
            "checkpoint " + checkpoint,
            ""));
  }
}
