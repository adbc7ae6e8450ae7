package bindery.client.merge;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Rows of octets that are put in any order and read in the order of their keys, however many they
 * are: those that do not fit in memory wait in files, each of them sorted.
 *
 * <pre>{@code Row := key-length(2) key payload }</pre>
 *
 * <p>Keys are compared as unsigned octets; rows of one key come in any order. One thread. The files
 * are open from first to last and have no name, so that they are gone with the process however it
 * ends; {@link #close} ends them before.
 */
final class SortedRows implements Closeable {
  /** The most files that are read at once; when there are as many, they become one. */
  static final int FILES_MAX = 64;

  private static final int BUFFER_SIZE = 64 * 1_024;
  private static final int ROW_OVERHEAD = 32; // of an array and its place in the list

  private final Path folder;
  private final long bytesMax;
  private final List<byte[]> rows = new ArrayList<>();
  private final List<FileChannel> files = new ArrayList<>();
  private final List<Cursor> cursors = new ArrayList<>();
  // Not final: octets of the rows in memory.
  private long bytes;

  /**
   * None yet.
   *
   * @param folder where files are made; it must exist once rows are put
   * @param bytesMax octets of rows in memory
   */
  SortedRows(Path folder, long bytesMax) {
    this.folder = folder;
    this.bytesMax = bytesMax;
  }

  /** Rows one by one. */
  interface Cursor extends Closeable {
    /** The next row; null behind the last. */
    byte @Nullable [] next() throws IOException;
  }

  /** How the keys of two rows compare. */
  static int compare(byte[] one, byte[] other) {
    return java.util.Arrays.compareUnsigned(
        one, 2, 2 + keyLength(one), other, 2, 2 + keyLength(other));
  }

  private static int keyLength(byte[] row) {
    return (row[0] & 0xff) << 8 | (row[1] & 0xff);
  }

  /**
   * Puts a row, which must not be changed any more.
   *
   * @throws IOException if a file cannot be written
   */
  void put(byte[] row) throws IOException {
    rows.add(row);
    bytes += row.length + ROW_OVERHEAD;
    if (bytes >= bytesMax) {
      spill();
    }
  }

  private void spill() throws IOException {
    if (files.size() == FILES_MAX) {
      FileChannel merged = newFile();
      try {
        write(merged, new Merged(open(files)));
      } catch (IOException | RuntimeException e) {
        merged.close();
        throw e;
      }
      closeFiles();
      files.add(merged);
    }
    rows.sort(SortedRows::compare);
    FileChannel file = newFile();
    files.add(file);
    write(file, new OfMemory(rows));
    rows.clear();
    bytes = 0;
  }

  // Readable by its owner alone, as Files.createTempFile makes it; the name goes as soon as it is
  // open, which is how Linux deletes on close.
  private FileChannel newFile() throws IOException {
    return FileChannel.open(
        Files.createTempFile(folder, "leases", ".rows"),
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  private static void write(FileChannel file, Cursor sorted) throws IOException {
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(file), BUFFER_SIZE));
    for (byte[] row = sorted.next(); row != null; row = sorted.next()) {
      out.writeInt(row.length);
      out.write(row);
    }
    out.flush();
  }

  private static List<Cursor> open(List<FileChannel> files) throws IOException {
    List<Cursor> opened = new ArrayList<>();
    for (FileChannel file : files) {
      opened.add(new OfFile(file));
    }
    return opened;
  }

  /**
   * Reads all that were put, once. No more may be put afterwards.
   *
   * @return valid until {@link #close}
   * @throws IOException if a file cannot be read
   */
  Cursor sorted() throws IOException {
    rows.sort(SortedRows::compare);
    List<Cursor> all = open(files);
    all.add(new OfMemory(rows));
    Cursor cursor = new Merged(all);
    cursors.add(cursor);
    return cursor;
  }

  @Override
  public void close() throws IOException {
    for (Cursor cursor : cursors) {
      cursor.close();
    }
    closeFiles();
    rows.clear();
  }

  private void closeFiles() throws IOException {
    for (FileChannel file : files) {
      file.close();
    }
    files.clear();
  }

  /** All rows of several cursors, each of which is sorted. */
  static final class Merged implements Cursor {
    private final PriorityQueue<Head> heads = new PriorityQueue<>();
    private final List<Cursor> cursors;

    /** The next row of one of them. */
    private static final class Head implements Comparable<Head> {
      private final byte[] row;
      private final Cursor cursor;

      private Head(byte[] row, Cursor cursor) {
        this.row = row;
        this.cursor = cursor;
      }

      @Override
      public int compareTo(Head other) {
        return SortedRows.compare(row, other.row);
      }
    }

    Merged(List<Cursor> cursors) throws IOException {
      this.cursors = cursors;
      for (Cursor cursor : cursors) {
        advance(cursor);
      }
    }

    private void advance(Cursor cursor) throws IOException {
      byte[] row = cursor.next();
      if (row != null) {
        heads.add(new Head(row, cursor));
      }
    }

    @Override
    public byte @Nullable [] next() throws IOException {
      Head least = heads.poll();
      if (least == null) {
        return null;
      }
      advance(least.cursor);
      return least.row;
    }

    @Override
    public void close() throws IOException {
      for (Cursor cursor : cursors) {
        cursor.close();
      }
    }
  }

  private static final class OfFile implements Cursor {
    private final DataInputStream in;

    OfFile(FileChannel file) throws IOException {
      in =
          new DataInputStream(
              new BufferedInputStream(Channels.newInputStream(file.position(0)), BUFFER_SIZE));
    }

    @Override
    public byte @Nullable [] next() throws IOException {
      int length;
      try {
        length = in.readInt();
      } catch (EOFException e) {
        return null;
      }
      byte[] row = new byte[length];
      in.readFully(row);
      return row;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  private static final class OfMemory implements Cursor {
    private final List<byte[]> rows;
    private int at;

    OfMemory(List<byte[]> rows) {
      this.rows = rows;
    }

    @Override
    public byte @Nullable [] next() {
      return at == rows.size() ? null : rows.get(at++);
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
