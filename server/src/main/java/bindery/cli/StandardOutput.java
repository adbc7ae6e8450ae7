package bindery.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
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

  /** Why something was not written; empty if all was. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  /** Whether it was not written because whoever read it has seen enough, as {@code head} does. */
  boolean isReaderGone() {
    return failure != null && String.valueOf(failure.getMessage()).equals(brokenPipe());
  }

  // The JDK has no type of its own for it, and its text is the system's, in the user's language: so
  // a pipe is broken here to learn it.
  private static String brokenPipe() {
    try {
      Pipe pipe = Pipe.open();
      try (Pipe.SinkChannel sink = pipe.sink()) {
        pipe.source().close();
        sink.write(ByteBuffer.allocate(1));
      }
      throw new IllegalStateException("a pipe without a reader takes octets");
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
