package bindery.admin;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.admin.RecentEvents.Event;
import org.junit.jupiter.api.Test;

/** The last events of a log, of which there may be any number. */
final class RecentEventsTest {
  private final RecentEvents events = new RecentEvents();

  @Test
  void all_isTheNewestFirst() {
    events.add(new Event(1, "INFO", "event=starting"));
    events.add(new Event(2, "WARN", "event=clock-off"));

    assertThat(events.all())
        .containsExactly(
            new Event(2, "WARN", "event=clock-off"), new Event(1, "INFO", "event=starting"));
  }

  @Test
  void add_beyondTheLimit_letsTheOldestGo() {
    for (int i = 0; i < RecentEvents.KEPT + 5; i++) {
      events.add(new Event(i, "INFO", "event=x"));
    }
    assertThat(events.all()).hasSize(RecentEvents.KEPT);
    assertThat(events.all().get(0).millis()).isEqualTo(RecentEvents.KEPT + 4);
    assertThat(events.all().get(RecentEvents.KEPT - 1).millis()).isEqualTo(5);
  }

  @Test
  void add_longText_isCut() {
    events.add(new Event(1, "INFO", "x".repeat(500)));
    events.add(new Event(2, "INFO", "x".repeat(501)));

    assertThat(events.all().get(1).text()).isEqualTo("x".repeat(500));
    assertThat(events.all().get(0).text()).isEqualTo("x".repeat(500) + "...");
  }
}
