package bindery.raft;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.util.SizeInBytes;
import org.jspecify.annotations.Nullable;

/**
 * The Raft log of a node that does not run: which entries its files hold. Segments are named {@code
 * log_FIRST-LAST}, the open one {@code log_inprogress_FIRST}.
 */
final class RaftLogFiles {
  private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_)?(\\d+)(?:-(\\d+))?");
  private static final SizeInBytes ENTRY_BYTES_MAX = SizeInBytes.valueOf(8L << 20);

  private final Path folder;
  private final List<Segment> segments;

  private record Segment(Path file, long first, @Nullable Long last) {}

  private RaftLogFiles(Path folder, List<Segment> segments) {
    this.folder = folder;
    this.segments = segments;
  }

  /** Looks at the segments in {@code folder}, which need not exist. */
  static RaftLogFiles scan(Path folder) throws IOException {
    List<Segment> segments = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "log_*")) {
        for (Path file : files) {
          Matcher name = SEGMENT.matcher(file.getFileName().toString());
          if (name.matches() && Files.size(file) > 0) {
            String last = name.group(2);
            segments.add(
                new Segment(
                    file, Long.parseLong(name.group(1)), last == null ? null : Long.valueOf(last)));
          }
        }
      }
    }
    segments.sort(Comparator.comparingLong(Segment::first));
    return new RaftLogFiles(folder, segments);
  }

  /**
   * Cuts off what a power cut left in part of the open segment.
   *
   * @throws IOException if that is damaged otherwise
   */
  void mendTail() throws IOException {
    for (Segment segment : segments) {
      if (segment.last() == null) {
        TornTail.cut(segment.file(), ENTRY_BYTES_MAX.getSizeInt());
      }
    }
  }

  /** Whether there is no segment. An open one without entries counts as one. */
  boolean isEmpty() {
    return segments.isEmpty();
  }

  /** Whether term and vote are there, which stay when a log is dropped. */
  boolean hasVote() {
    return Files.exists(folder.resolve("raft-meta"));
  }

  /** The first entry; -1 if there is no segment. */
  long first() {
    return segments.isEmpty() ? -1 : segments.get(0).first();
  }

  /**
   * The last entry; one less than the first if there is none. Reads the open segment as the engine
   * will, so a torn end does not count.
   *
   * @throws IOException if the open segment is corrupt
   */
  long last() throws IOException {
    if (segments.isEmpty()) {
      return -2;
    }
    Segment newest = segments.get(segments.size() - 1);
    Long last = newest.last();
    return last != null ? last : newest.first() - 1 + read(newest.file(), entry -> {});
  }

  /**
   * The term of an entry; empty if the log does not hold it. Reads the segment that does.
   *
   * @throws IOException if that segment is corrupt
   */
  OptionalLong term(long index) throws IOException {
    long[] term = {-1};
    for (Segment segment : segments) {
      Long last = segment.last();
      if (segment.first() <= index && (last == null || index <= last)) {
        var unused =
            read(
                segment.file(),
                entry -> {
                  if (entry.getIndex() == index) {
                    term[0] = entry.getTerm();
                  }
                });
      }
    }
    return term[0] < 0 ? OptionalLong.empty() : OptionalLong.of(term[0]);
  }

  /**
   * Tells each entry from {@code from} on, in order, up to the end or the first damage: a broken
   * end is what a machine that died may have left.
   *
   * @return what is damaged; empty if nothing is
   */
  Optional<String> read(long from, Consumer<LogEntryProto> each) {
    long[] next = {-1};
    for (Segment segment : segments) {
      Long last = segment.last();
      if (last != null && last < from) {
        continue;
      }
      try {
        var unused =
            read(
                segment.file(),
                entry -> {
                  if (next[0] >= 0 && entry.getIndex() != next[0]) {
                    throw new OutOfOrderException(next[0], entry.getIndex());
                  }
                  next[0] = entry.getIndex() + 1;
                  if (entry.getIndex() >= from) {
                    each.accept(entry);
                  }
                });
      } catch (IOException | OutOfOrderException e) {
        return Optional.of(segment.file().getFileName() + ": " + e.getMessage());
      }
      if (last != null && next[0] != last + 1) {
        return Optional.of(
            segment.file().getFileName()
                + ": ends before entry "
                + next[0]
                + " (expected up to "
                + last
                + ")");
      }
    }
    return Optional.empty();
  }

  private static final class OutOfOrderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfOrderException(long expected, long actual) {
      super("entry " + actual + " (expected " + expected + ")");
    }
  }

  private static int read(Path file, Consumer<LogEntryProto> each) throws IOException {
    LogSegmentPath segment = LogSegmentPath.matchLogSegment(file);
    return segment == null
        ? 0
        : LogSegment.readSegmentFile(
            file.toFile(),
            segment.getStartEnd(),
            ENTRY_BYTES_MAX,
            CorruptionPolicy.EXCEPTION,
            null,
            each);
  }

  /** Octets of all segments. */
  long sizeBytes() throws IOException {
    long total = 0;
    for (Segment segment : segments) {
      if (Files.exists(segment.file())) {
        total += Files.size(segment.file());
      }
    }
    return total;
  }

  /**
   * Deletes all segments, for good; term and vote stay. Only for a log of which the rows need
   * nothing: the engine would drop the closed segments itself, but stumble over the open one.
   */
  void drop() throws IOException {
    // From the newest, so that what a crash leaves is a log that ends earlier, not one with a hole.
    for (int i = segments.size() - 1; i >= 0; i--) {
      Files.delete(segments.get(i).file());
    }
    DurableFiles.sync(folder);
  }
}
