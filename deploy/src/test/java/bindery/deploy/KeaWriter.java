package bindery.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes a lease file as Kea does, in a thread of its own until it is told to end: rows appended
 * and flushed, some in pieces; and the clean-up in its steps, while further rows are written.
 */
final class KeaWriter {
  private static final String HEADER =
      "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,"
          + "fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source,pool_id\n";
  private static final long INFINITY = 0xffff_ffffL;
  private static final int CLIENTS = 3_000;
  private static final int BURST_ROWS = 40;
  private static final int BURSTS_A_CLEAN_UP = 300;
  private static final long PAUSE_NANOS = 15_000_000;

  private final Path base;
  private final Random random;
  private final Thread thread = new Thread(this::write, "kea-writer");
  private final Map<Integer, Long> held = new TreeMap<>();
  private long cltt = 1_764_000_000L;
  private long rows;
  private int cleanUps;
  private volatile boolean isEnding;
  private volatile boolean isCleaningUp = true;

  private KeaWriter(Path base, long seed) {
    this.base = base;
    random = new Random(seed);
  }

  /** Begins to write to a new file. */
  static KeaWriter start(Path base, long seed) {
    KeaWriter writer = new KeaWriter(base, seed);
    writer.text(base, HEADER);
    writer.thread.setDaemon(true);
    writer.thread.start();
    return writer;
  }

  /** Ends; what was written is final afterwards. */
  void end() throws InterruptedException {
    isEnding = true;
    thread.join();
  }

  /** From now on rows alone are written; a clean-up that has begun is left where it stands. */
  void stopCleaningUp() {
    isCleaningUp = false;
  }

  /** What the file says is held: clients as they are written in hexadecimal, and their leases. */
  Map<String, String> truth() {
    Map<String, String> truth = new TreeMap<>();
    held.forEach(
        (number, at) -> truth.put(duid(number).replace(":", ""), "address/" + hex(number)));
    return truth;
  }

  private static String hex(int number) {
    return String.format("20010db8000c000000000000%08x/128", number);
  }

  long rows() {
    return rows;
  }

  int cleanUps() {
    return cleanUps;
  }

  private static String duid(int number) {
    return HexFormat.ofDelimiter(":")
        .formatHex(new byte[] {0, 3, 0, 1, 2, 0, 0, 0, (byte) (number >> 8), (byte) number});
  }

  private void write() {
    for (int burst = 1; !isEnding; burst++) {
      for (int i = 0; i < BURST_ROWS; i++) {
        row();
      }
      cltt++;
      if (isCleaningUp) {
        cleanUp(burst);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  // Within a clean-up rows go on, into the new file: by turns it takes an instant, or seconds.
  private void cleanUp(int burst) {
    int phase = burst % BURSTS_A_CLEAN_UP;
    boolean isLong = burst / BURSTS_A_CLEAN_UP % 2 == 0;
    if (phase == (isLong ? BURSTS_A_CLEAN_UP / 4 : BURSTS_A_CLEAN_UP - 4)) {
      move(base, beside(".1"));
      text(base, HEADER);
    } else if (phase == BURSTS_A_CLEAN_UP - 1) {
      merge();
      cleanUps++;
    }
  }

  private void row() {
    int number = 1 + random.nextInt(CLIENTS);
    boolean isEnd = held.containsKey(number) && random.nextInt(3) == 0;
    long valid = isEnd ? 0 : INFINITY;
    String row =
        String.format(
            "2001:db8:c::%x:%x,%s,%d,%d,1,%d,0,1,128,0,0,,,0,,0,0,0\n",
            number >> 16, number & 0xffff, duid(number), valid, cltt + valid, valid);
    int cut = random.nextInt(20) == 0 ? 1 + random.nextInt(row.length() - 1) : 0;
    text(base, row.substring(0, cut));
    text(base, row.substring(cut));
    if (isEnd) {
      held.remove(number);
    } else {
      held.put(number, cltt);
    }
    rows++;
  }

  /** What kea-lfc does: the last row of each address, without those that ended. */
  private void merge() {
    Map<String, String> last = new LinkedHashMap<>();
    try {
      for (Path input : new Path[] {beside(".2"), beside(".1")}) {
        if (Files.exists(input)) {
          Files.readAllLines(input).stream()
              .skip(1)
              .forEach(row -> last.put(row.substring(0, row.indexOf(',')), row));
        }
      }
      last.values().removeIf(row -> row.split(",", -1)[2].equals("0"));
      text(
          beside(".output"),
          HEADER + String.join("\n", last.values()) + (last.isEmpty() ? "" : "\n"));
      move(beside(".output"), beside(".completed"));
      Files.deleteIfExists(beside(".1"));
      Files.deleteIfExists(beside(".2"));
      move(beside(".completed"), beside(".2"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path beside(String suffix) {
    return base.resolveSibling(base.getFileName() + suffix);
  }

  private void text(Path file, String text) {
    try {
      Files.writeString(
          file,
          text,
          StandardCharsets.ISO_8859_1,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
