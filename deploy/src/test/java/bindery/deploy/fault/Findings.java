package bindery.deploy.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** What a run has seen: counts by name, and what broke a promise. Any thread. */
final class Findings {
  private static final int VIOLATIONS_MAX = 50;

  private final long begunNanos = System.nanoTime();
  private final Map<String, Long> counts = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();

  /** Counts one more. */
  synchronized void count(String name) {
    counts.merge(name, 1L, Long::sum);
  }

  /** Tells what happens, with the time since the run began. */
  synchronized void tell(String text) {
    Duration since = Duration.ofNanos(System.nanoTime() - begunNanos);
    System.err.printf("%8.3f %s%n", since.toMillis() / 1_000.0, text);
  }

  /** A promise was broken. The first {@value #VIOLATIONS_MAX} are kept, all are counted. */
  synchronized void violation(String text) {
    count("violations");
    if (violations.size() < VIOLATIONS_MAX) {
      violations.add(text);
      tell("VIOLATION " + text);
    }
  }

  /** Tells what there is, which is a violation unless it is what was expected. */
  void expect(String what, Object expected, Object actual) {
    tell(what + ": " + actual);
    if (!expected.equals(actual)) {
      violation(what + ": " + actual + " (expected " + expected + ")");
    }
  }

  /**
   * Waits for what must come about, and tells of it.
   *
   * @return whether it did in time
   */
  boolean await(String what, Duration patience, Callable<Boolean> condition) throws Exception {
    long endNanos = System.nanoTime() + patience.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - endNanos > 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    tell(what);
    return true;
  }

  synchronized boolean isClean() {
    return violations.isEmpty();
  }

  /** All counts on a line. */
  synchronized String summary() {
    StringBuilder text = new StringBuilder();
    counts.forEach((name, count) -> text.append(name).append('=').append(count).append(' '));
    return text.toString().strip();
  }
}
