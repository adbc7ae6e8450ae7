package bindery.raft;

import bindery.model.Bytes;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The data folder of each member as this node has come to know it: the file {@code known}, a line
 * {@code NAME FOLDER} each, with the folder's 16 octets in hexadecimal, as {@link CheckedText}. Any
 * thread.
 */
final class KnownMembers {
  private final Path file;
  private final Map<String, Bytes> folders;

  private KnownMembers(Path file, Map<String, Bytes> folders) {
    this.file = file;
    this.folders = folders;
  }

  /**
   * Reads what is known so far.
   *
   * @throws IOException if the file cannot be read or is corrupt
   */
  static KnownMembers open(Path data) throws IOException {
    Path file = data.resolve("known");
    Map<String, Bytes> folders = new TreeMap<>();
    try {
      for (String line : CheckedText.read(file).lines().toList()) {
        int space = line.lastIndexOf(' ');
        if (space < 1) {
          throw new IOException(
              "corrupt "
                  + file
                  + ": \""
                  + line
                  + "\" (expected a name and its folder)"
                  + FolderMarker.REMEDY);
        }
        folders.put(line.substring(0, space), Bytes.parseHex(line.substring(space + 1)));
      }
    } catch (NoSuchFileException e) {
      return new KnownMembers(file, folders);
    } catch (IllegalArgumentException e) {
      throw new IOException("corrupt " + file + ": " + e.getMessage() + FolderMarker.REMEDY, e);
    }
    return new KnownMembers(file, folders);
  }

  /**
   * Whether the member has that folder. A name not known before is, from now on and for good.
   *
   * @throws IOException if that cannot be written down
   */
  synchronized boolean recognize(String name, Bytes folder) throws IOException {
    Bytes held = folders.get(name);
    if (held != null) {
      return held.equals(folder);
    }
    folders.put(name, folder);
    try {
      write();
    } catch (IOException e) {
      folders.remove(name);
      throw e;
    }
    return true;
  }

  /**
   * Forgets all but these.
   *
   * @throws IOException if that cannot be written down
   */
  synchronized void retain(Set<String> names) throws IOException {
    if (folders.keySet().retainAll(names)) {
      write();
    }
  }

  private void write() throws IOException {
    StringBuilder text = new StringBuilder();
    folders.forEach(
        (name, folder) -> text.append(name).append(' ').append(folder.hex()).append('\n'));
    CheckedText.write(file, text.toString());
  }
}
