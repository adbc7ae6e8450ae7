package bindery.tls;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down who was refused at a port, so that an operator finds the reason in the log: the first
 * time at once, and again each minute while it goes on, with how often it was.
 *
 * <p>At most {@value #KNOWN_MAX} are remembered, and {@value #LINES_MAX} lines written in a minute.
 * Any thread.
 */
public final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
  // Each try comes from another one.
  private static final Pattern WITH_PORT = Pattern.compile(":[0-9]+$");
  private static final int KNOWN_MAX = 1_000;
  private static final int LINES_MAX = 60;
  private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final String port;
  private final LongSupplier nanos;
  // Guarded by this, the last four.
  private final Map<String, Entry> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
          return size() > KNOWN_MAX;
        }
      };
  private long begunNanos;
  private int lines;
  private long leftOut;

  private record Entry(long toldNanos, long count) {}

  /**
   * Of one port.
   *
   * @param port what it is called in the log: api, raft, leasequery
   */
  public RefusalLog(String port) {
    this(port, System::nanoTime);
  }

  RefusalLog(String port, LongSupplier nanos) {
    this.port = port;
    this.nanos = nanos;
    begunNanos = nanos.getAsLong();
  }

  /**
   * One was refused.
   *
   * @param from the other end
   * @param reason a sentence that says what was expected
   */
  public void write(String from, String reason) {
    long count;
    long others;
    synchronized (this) {
      long now = nanos.getAsLong();
      String who = WITH_PORT.matcher(from).replaceFirst("") + " " + reason;
      Entry held = known.get(who);
      if (held != null && now - held.toldNanos() < AGAIN_NANOS) {
        known.put(who, new Entry(held.toldNanos(), held.count() + 1));
        return;
      }
      if (now - begunNanos >= AGAIN_NANOS) {
        begunNanos = now;
        lines = 0;
      }
      if (lines >= LINES_MAX) {
        leftOut++;
        return;
      }
      lines++;
      others = leftOut;
      leftOut = 0;
      count = held == null ? 1 : held.count() + 1;
      known.put(who, new Entry(now, 0));
    }
    LOG.warn(
        "event=tls_refused port={} from={} times={} left_out={} reason=\"{}\"",
        port,
        from,
        count,
        others,
        reason);
  }
}
