package bindery.kea;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a lease file as Kea appends them, through its clean-up (LFC), each once and in order.
 *
 * <p>The clean-up renames the file to {@code .1}, makes a new one, and merges {@code .1} into
 * {@code .2}. So whether the file's name leads to another file is looked at before what is open is
 * read to its end: by then Kea writes no more to it, and the new one is read after it. The new one
 * counts as its successor if the one before is {@code .1}, since Kea renames nothing while there is
 * a {@code .1}; or, where the clean-up has done with that too, if it left its traces and the last
 * look was so short ago that it cannot have run twice. Anything else is a gap.
 *
 * <p>Memory: one row and at most {@value #FILES_MAX} open files. One thread; closed by who opened
 * it.
 */
final class LeaseFileTail implements Closeable {
  /** The most files that wait to be read; Kea renames one an hour, unless told otherwise. */
  static final int FILES_MAX = 8;

  /** The shortest time between two clean-ups that Kea can be told, a second, less some slack. */
  static final Duration LOOKS_APART_MAX = Duration.ofMillis(900);

  private final Path base;
  private final Duration interval;
  private final LongSupplier nanoClock;
  private final Deque<LeaseFile> files; // the first is being read, the last was seen at the name
  private final LeaseFile lastAtOpening;
  private final long sizeAtOpening;
  private List<Optional<FileIdentity>> traces;
  private long seenNanos; // when the last of the files was seen at the name
  private long lookedNanos;
  private long rotations;

  private LeaseFileTail(
      Path base, Duration interval, LongSupplier nanoClock, Collection<LeaseFile> files)
      throws IOException {
    this.base = base;
    this.interval = interval;
    this.nanoClock = nanoClock;
    this.files = new ArrayDeque<>(files);
    lastAtOpening = this.files.getLast();
    sizeAtOpening = lastAtOpening.size();
    traces = List.of();
    seenNanos = nanoClock.getAsLong() - LOOKS_APART_MAX.toNanos() - 1;
    lookedNanos = seenNanos;
  }

  /**
   * Begins with all that the file and its set hold.
   *
   * @param interval between looks at the file's name
   * @throws NoSuchFileException if there is no such file now, though there may be others of its set
   * @throws IOException if one cannot be opened
   */
  static LeaseFileTail ofSet(Path base, Duration interval, LongSupplier nanoClock)
      throws IOException {
    List<LeaseFile> set = LeaseFileSet.open(base);
    boolean done = false;
    try {
      if (!set.get(set.size() - 1).name().equals(base.toString())) {
        throw new NoSuchFileException(base.toString(), null, "no such lease file");
      }
      LeaseFileTail tail = new LeaseFileTail(base, interval, nanoClock, set);
      done = true;
      return tail;
    } finally {
      if (!done) {
        LeaseFileSet.close(set);
      }
    }
  }

  /**
   * Goes on behind a row that was read before, perhaps by another process: in the file, or in
   * {@code .1} if that is what became of it.
   *
   * @throws GapException if it is neither, or holds another row there
   * @throws IOException if it cannot be opened
   * @throws KeaFormatException if it has no header of a DHCPv6 lease file
   */
  static LeaseFileTail from(
      Path base, FilePosition position, Duration interval, LongSupplier nanoClock)
      throws IOException, KeaFormatException, GapException {
    for (Path path : List.of(base, LeaseFileSet.beside(base, ".1"), base)) {
      Optional<FileIdentity> there = FileIdentity.find(path);
      if (there.equals(Optional.of(position.file()))) {
        LeaseFile file = LeaseFile.open(path);
        boolean done = false;
        try {
          // Renamed between the look and the opening: the next path has it.
          if (file.identity().equals(position.file())) {
            if (!file.goOnFrom(position)) {
              throw new GapException(
                  path
                      + ": holds another row at line "
                      + position.line()
                      + " than the one that was read last (expected rows to stay)");
            }
            LeaseFileTail tail = new LeaseFileTail(base, interval, nanoClock, List.of(file));
            done = true;
            return tail;
          }
        } finally {
          if (!done) {
            file.close();
          }
        }
      }
    }
    throw new GapException(
        base
            + ": neither it nor its .1 is the file that was read last, "
            + position.file()
            + " (expected one of them; the clean-up ran more than once, or it was replaced)");
  }

  /**
   * The next row.
   *
   * @return null if there is none now
   * @throws GapException if rows may have passed that are not to be had any more
   * @throws IOException if a file cannot be read
   * @throws KeaFormatException if one has no header of a DHCPv6 lease file
   */
  @Nullable LeaseRow next() throws IOException, KeaFormatException, GapException {
    lookIfDue();
    while (true) {
      LeaseFile current = files.getFirst();
      LeaseRow row = current.next();
      if (row != null || files.size() == 1) {
        return row;
      }
      // It was seen to be renamed before it was read to its end, so that is its end.
      files.removeFirst().close();
      Optional<LeaseRow> unfinished = current.unfinished();
      if (unfinished.isPresent()) {
        return unfinished.get();
      }
    }
  }

  /**
   * Looks, if the last time was an interval ago.
   *
   * @throws GapException as {@link #next}
   * @throws IOException as {@link #look}
   */
  void lookIfDue() throws IOException, GapException {
    if (nanoClock.getAsLong() - lookedNanos >= interval.toNanos()) {
      look();
    }
  }

  /**
   * Looks what the file's name leads to now, and whether what was read still stands.
   *
   * @throws GapException as {@link #next}
   * @throws IOException if that cannot be told, or a new file cannot be opened
   */
  void look() throws IOException, GapException {
    lookedNanos = nanoClock.getAsLong();
    Optional<String> fault = files.getFirst().fault();
    if (fault.isPresent()) {
      throw new GapException(fault.get());
    }
    List<Optional<FileIdentity>> tracesNow = traces();
    Optional<FileIdentity> there = FileIdentity.find(base);
    LeaseFile last = files.getLast();
    if (there.equals(Optional.of(last.identity()))) {
      seenNanos = lookedNanos;
      traces = tracesNow;
    } else if (there.isPresent()) {
      follow(last);
    }
  }

  // What a clean-up leaves that has done with .1.
  private List<Optional<FileIdentity>> traces() throws IOException {
    return List.of(
        FileIdentity.find(LeaseFileSet.beside(base, ".completed")),
        FileIdentity.find(LeaseFileSet.beside(base, ".2")));
  }

  private void follow(LeaseFile last) throws IOException, GapException {
    LeaseFile next;
    try {
      next = LeaseFile.open(base);
    } catch (NoSuchFileException e) {
      return; // renamed again meanwhile: the next look decides
    }
    boolean done = false;
    try {
      if (next.identity().equals(last.identity())) {
        return;
      }
      // After the opening: as long as there is a .1 Kea renames nothing.
      Optional<FileIdentity> first = FileIdentity.find(LeaseFileSet.beside(base, ".1"));
      List<Optional<FileIdentity>> tracesNow = traces();
      boolean isShort = lookedNanos - seenNanos <= LOOKS_APART_MAX.toNanos();
      if (!first.equals(Optional.of(last.identity())) && !(isShort && !tracesNow.equals(traces))) {
        throw new GapException(
            base
                + ": is "
                + next.identity()
                + " now and was "
                + last.identity()
                + ", which is not its .1 (expected the clean-up of Kea to have run once at most;"
                + (isShort ? " it left no trace" : " there was no look at it in between")
                + ")");
      }
      if (files.size() == FILES_MAX) {
        throw new GapException(
            base + ": " + FILES_MAX + " files wait to be read (expected fewer clean-ups)");
      }
      files.add(next);
      done = true;
      rotations++;
      seenNanos = lookedNanos;
      traces = tracesNow;
    } finally {
      if (!done) {
        next.close();
      }
    }
  }

  /** Where the last row ends that was read of the present file; empty if there was none. */
  Optional<FilePosition> position() {
    return files.getFirst().position();
  }

  /** Whether as much was read as there was at the opening, save a row that is in pieces. */
  boolean isThroughOpening() {
    LeaseFile current = files.getFirst();
    return !files.contains(lastAtOpening)
        || (current == lastAtOpening && current.offset() >= sizeAtOpening);
  }

  /** How many octets are there and not read, a row in pieces among them. */
  long behind() throws IOException {
    long behind = -files.getFirst().offset();
    for (LeaseFile file : files) {
      behind += file.size();
    }
    return Math.max(0, behind);
  }

  /** Whether the present file has its header; an empty one tells nothing of what there is. */
  boolean hasHeader() throws IOException, KeaFormatException {
    return files.getFirst().readHeader();
  }

  /** Whether a clean-up began since the opening, and has done with its files. */
  boolean isCleanedUp() throws IOException {
    return rotations > 0
        && FileIdentity.find(LeaseFileSet.beside(base, ".1")).isEmpty()
        && FileIdentity.find(LeaseFileSet.beside(base, ".completed")).isEmpty();
  }

  /** How many clean-ups were followed. */
  long rotations() {
    return rotations;
  }

  /** For how long the file's name has not led to the last of the files. */
  Duration missing() {
    return Duration.ofNanos(Math.max(0, lookedNanos - seenNanos));
  }

  @Override
  public void close() throws IOException {
    LeaseFileSet.close(files);
  }
}
