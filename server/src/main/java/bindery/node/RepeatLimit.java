package bindery.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * The bound of what one place of the program may warn of: {@value #MOST} lines of WARN or ERROR
 * within a minute, told apart by logger and pattern. How many more there were is told once it has a
 * line again. Any thread; knows {@value #PLACES_MAX} places at most, those longest unheard go.
 */
final class RepeatLimit extends TurboFilter {
  static final int MOST = 20;
  static final int PLACES_MAX = 1_000;

  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanos;
  // Guarded by itself.
  private final Map<Place, Window> windows =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Window> eldest) {
          return size() > PLACES_MAX;
        }
      };

  private record Place(String logger, String pattern) {}

  private static final class Window {
    private long begunNanos;
    private int lines;
    private long leftOut;

    private Window(long begunNanos) {
      this.begunNanos = begunNanos;
    }
  }

  /** By that monotonic clock. */
  RepeatLimit(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String pattern,
      Object @Nullable [] arguments,
      @Nullable Throwable failure) {
    // Without a pattern it is only asked whether the level is logged.
    if (pattern == null || !level.isGreaterOrEqual(Level.WARN)) {
      return FilterReply.NEUTRAL;
    }
    long now = nanos.getAsLong();
    long leftOut = 0;
    synchronized (windows) {
      Place place = new Place(logger.getName(), pattern);
      Window window = windows.computeIfAbsent(place, unused -> new Window(now));
      if (now - window.begunNanos >= WINDOW_NANOS) {
        leftOut = window.leftOut;
        window.begunNanos = now;
        window.lines = 0;
        window.leftOut = 0;
      }
      if (window.lines >= MOST) {
        window.leftOut++;
        return FilterReply.DENY;
      }
      window.lines++;
    }
    if (leftOut > 0) {
      logger.warn("event=repeats_left_out count={} of=\"{}\"", leftOut, pattern);
    }
    return FilterReply.NEUTRAL;
  }
}
