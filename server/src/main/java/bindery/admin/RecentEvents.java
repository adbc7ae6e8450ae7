package bindery.admin;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last {@value #KEPT} events of a node's log. Any thread. */
public final class RecentEvents {
  static final int KEPT = 100;
  private static final int TEXT_MAX = 500;

  // Guarded by itself; the newest first.
  private final Deque<Event> events = new ArrayDeque<>();

  /**
   * One event.
   *
   * @param millis when, since 1970
   * @param level INFO, WARN or ERROR
   * @param text the line, of which 500 characters are kept
   */
  public record Event(long millis, String level, String text) {}

  /** Adds one; the oldest goes if there are too many. */
  public void add(Event event) {
    String text = event.text();
    Event kept =
        text.length() <= TEXT_MAX
            ? event
            : new Event(event.millis(), event.level(), text.substring(0, TEXT_MAX) + "...");
    synchronized (events) {
      events.addFirst(kept);
      if (events.size() > KEPT) {
        events.removeLast();
      }
    }
  }

  /** Those that are kept, the newest first. */
  List<Event> all() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }
}
