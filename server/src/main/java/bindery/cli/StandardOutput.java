package bindery.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Standard output, which remembers why it could not be written: the writers around it only tell
 * that something went wrong. One thread.
 */
final class StandardOutput extends FilterOutputStream {
  private @Nullable IOException failure;

  /** This process's. */
  StandardOutput() {
    this(new FileOutputStream(FileDescriptor.out));
  }

  /** In a test, another. */
  StandardOutput(OutputStream target) {
    super(target);
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] octets, int from, int count) throws IOException {
    try {
      out.write(octets, from, count);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  /** Why something was not written; empty if all was, or if whoever read it has seen enough. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure).filter(e -> !isReaderGone(e));
  }

  // As `head` does: the JDK has no type of its own for it.
  private static boolean isReaderGone(IOException e) {
    return String.valueOf(e.getMessage()).contains("Broken pipe");
  }
}
