package bindery.kea;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file with the configuration of a Kea, such as {@code kea-dhcp6.conf}. */
public final class ConfigPath implements ConfigOrigin {
  /** The largest configuration that is read. */
  private static final long FILE_BYTES_MAX = 64 << 20;

  private final Path file;

  /** That file, which need not be there yet. */
  public ConfigPath(Path file) {
    this.file = file;
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public String mark() throws IOException {
    return Files.readAttributes(file, "unix:lastModifiedTime,size,ino").toString();
  }

  @Override
  public byte[] read() throws IOException, KeaFormatException {
    if (Files.isDirectory(file)) {
      throw new KeaFormatException(file + ": a folder (expected a configuration of kea-dhcp6)");
    }
    long size = Files.size(file);
    if (size > FILE_BYTES_MAX) {
      throw new KeaFormatException(
          file + ": " + size + " octets (expected at most " + FILE_BYTES_MAX + ")");
    }
    return Files.readAllBytes(file);
  }
}
