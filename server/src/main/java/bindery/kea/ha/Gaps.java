package bindery.kea.ha;

import bindery.kea.DurableText;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time since which the cluster may lack what Kea told, and why: a gap. It is open until a
 * reconciliation that began after its last cause has ended well, and is kept in a file meanwhile,
 * so that it outlives this program.
 *
 * <pre>{@code
 * since 2026-11-28T10:15:30Z
 * reason no acknowledgement within 2 s
 * }</pre>
 *
 * <p>A second file, {@code epoch}, keeps the feeder's last epoch.
 *
 * <p>Any thread.
 */
final class Gaps {
  private static final Logger LOG = LoggerFactory.getLogger(Gaps.class);

  private final Path file;
  private final HaMetrics metrics;
  private final ExecutorService disk =
      Executors.newSingleThreadExecutor(new DefaultThreadFactory("kea-gaps", true));
  private @Nullable Gap open;
  private long causes;

  /** What is open. */
  record Gap(Instant since, String reason) {}

  /**
   * With the gap that an earlier run has left, if any.
   *
   * @throws IOException if there is a file that cannot be read or written
   */
  Gaps(Path folder, HaMetrics metrics) throws IOException {
    Files.createDirectories(folder);
    this.file = folder.resolve("gap");
    this.metrics = metrics;
    if (Files.exists(file)) {
      open = read(Files.readString(file, StandardCharsets.ISO_8859_1));
      LOG.warn("event=kea_gap_open since {}: {}", open.since(), open.reason());
    }
    metrics.gapSince(() -> gap().map(Gap::since));
  }

  private static Gap read(String text) {
    Instant since = Instant.EPOCH;
    String reason = "unknown: its file is damaged";
    for (String line : text.lines().toList()) {
      if (line.startsWith("since ")) {
        try {
          since = Instant.parse(line.substring("since ".length()));
        } catch (DateTimeParseException e) {
          LOG.warn("event=kea_gap_damaged {}", line);
        }
      } else if (line.startsWith("reason ")) {
        reason = line.substring("reason ".length());
      }
    }
    return new Gap(since, reason);
  }

  /** As a gap counts the time before this program's start, of which it knows nothing. */
  void openAtStart() {
    open("this connector was started: what Kea told before may be missing");
  }

  /** Something may be missing from now on, for that reason. */
  synchronized void open(String reason) {
    causes++;
    if (open != null) {
      return;
    }
    open = new Gap(Instant.now(), reason);
    metrics.gapOpened();
    LOG.warn(
        "event=kea_gap_opened {}; everything is compared with Kea once the cluster acknowledges",
        reason);
    Gap opened = open;
    disk.execute(() -> keep(opened));
  }

  // Not where Kea is answered, which a slow disk would hold up.
  private void keep(Gap opened) {
    try {
      DurableText.write(file, "since " + opened.since() + "\nreason " + opened.reason() + "\n");
    } catch (IOException e) {
      LOG.error("event=kea_gap_unwritten cannot write {}: {}", file, e.toString());
    }
  }

  private void forget() {
    try {
      DurableText.delete(file);
    } catch (IOException e) {
      LOG.error("event=kea_gap_undeleted cannot delete {}: {}", file, e.toString());
    }
  }

  /**
   * The epoch for a feeder that cannot resume: above every one before it, also where the clock went
   * back. Blocks for writing it down.
   *
   * @param last the one that this program had last; 0 for none
   */
  long nextEpoch(long last) {
    Path kept = file.resolveSibling("epoch");
    long before = last;
    try {
      before = Math.max(last, Long.parseLong(Files.readString(kept).strip()));
    } catch (NoSuchFileException e) {
      LOG.debug("event=kea_epoch_first");
    } catch (IOException | NumberFormatException e) {
      LOG.warn("event=kea_epoch_unreadable {}: {}", kept, e.toString());
    }
    long next = Math.max(System.currentTimeMillis(), before + 1);
    try {
      DurableText.write(kept, next + "\n");
    } catch (IOException e) {
      LOG.warn("event=kea_epoch_unwritten cannot write {}: {}", kept, e.toString());
    }
    return next;
  }

  /** How many causes there were; to be named when a reconciliation begins. */
  synchronized long causes() {
    return causes;
  }

  /** A reconciliation that began when there were that many causes has ended well. */
  synchronized void reconciled(long causesThen) {
    Gap closed = open;
    if (closed == null || causes != causesThen) {
      return;
    }
    open = null;
    disk.execute(this::forget);
    LOG.info("event=kea_gap_closed open since {}: {}", closed.since(), closed.reason());
  }

  /** What is open now. */
  synchronized Optional<Gap> gap() {
    return Optional.ofNullable(open);
  }
}
