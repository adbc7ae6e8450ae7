package bindery.admin;

import bindery.model.DaemonThreads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What some figures of a node were in the last hour, looked at each {@value #SECONDS} s by a thread
 * of its own: {@value #KEPT} values of each.
 */
public final class LastHour implements AutoCloseable {
  static final int SECONDS = 10;
  static final int KEPT = 360;

  private static final Logger LOG = LoggerFactory.getLogger(LastHour.class);

  private final List<Series> series;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("last-hour"));

  /** Before the first look. */
  LastHour(List<Series> series) {
    this.series = List.copyOf(series);
  }

  /**
   * Begins to look.
   *
   * @param series may read the store
   */
  public static LastHour start(List<Series> series) {
    LastHour hour = new LastHour(series);
    var unused = hour.thread.scheduleAtFixedRate(hour::look, 0, SECONDS, TimeUnit.SECONDS);
    return hour;
  }

  /** One figure. */
  public static final class Series {
    private final String title;
    private final DoubleSupplier now;
    private final boolean isRate;
    // Guarded by itself.
    private final Deque<Double> values = new ArrayDeque<>();
    // The looking thread's alone; null before the first look.
    private @Nullable Double before;

    private Series(String title, DoubleSupplier now, boolean isRate) {
      this.title = title;
      this.now = now;
      this.isRate = isRate;
    }

    /** A figure as it is. */
    public static Series level(String title, DoubleSupplier now) {
      return new Series(title, now, false);
    }

    /** A count that grows, told as what it grew by in a second. */
    public static Series rate(String title, DoubleSupplier count) {
      return new Series(title, count, true);
    }

    private void look() {
      double read = now.getAsDouble();
      Double last = before;
      before = read;
      if (isRate && last == null) {
        return;
      }
      // A count that begins anew, as after a copy was installed, has not grown.
      double value = isRate && last != null ? Math.max(0, read - last) / SECONDS : read;
      synchronized (values) {
        values.addLast(value);
        if (values.size() > KEPT) {
          values.removeFirst();
        }
      }
    }

    /** What it is called. */
    String title() {
      return title;
    }

    /** The oldest first, {@value LastHour#KEPT} at most. */
    List<Double> values() {
      synchronized (values) {
        return new ArrayList<>(values);
      }
    }
  }

  /** Looks once. */
  void look() {
    for (Series one : series) {
      try {
        one.look();
      } catch (RuntimeException e) {
        LOG.debug("event=figure_not_read {} {}", one.title(), e.toString());
      }
    }
  }

  /** All of them. */
  List<Series> series() {
    return series;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
