package bindery.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** When a warning about a source is told in the log. */
final class SourceWatchTest {
  private static final SourceWarning CLOCK = warning(SourceWarning.Kind.CLOCK, "1s");
  private static final SourceWarning SILENT = warning(SourceWarning.Kind.SILENT, "9s");

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(SourceWatch.class);
  private final SourceWatch watch = new SourceWatch();

  private static SourceWarning warning(SourceWarning.Kind kind, String text) {
    return new SourceWarning(kind, List.of("kea"), text);
  }

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
    logger.setLevel(null);
    watch.close();
  }

  /** Looks, so long after some instant; what it says. */
  private List<String> look(Duration after, SourceWarning... warnings) {
    log.list.clear();
    watch.look(List.of(warnings), after.toNanos());
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void look_standing_isToldOnceAnHour() {
    assertThat(look(Duration.ZERO, CLOCK)).containsExactly("event=source_warning warning=clock 1s");
    assertThat(look(Duration.ofMinutes(30), warning(SourceWarning.Kind.CLOCK, "2s"))).isEmpty();
    assertThat(look(Duration.ofMinutes(60), warning(SourceWarning.Kind.CLOCK, "3s")))
        .containsExactly("event=source_warning warning=clock 3s");
  }

  @Test
  void look_over_isToldOnce() {
    look(Duration.ZERO, CLOCK, SILENT);

    assertThat(look(Duration.ofSeconds(10), SILENT))
        .containsExactly("event=source_warning_over warning=clock source=kea");
    assertThat(look(Duration.ofSeconds(20), SILENT)).isEmpty();
  }

  @Test
  void look_comingAndGoing_isToldEveryTenMinutes() {
    look(Duration.ZERO, CLOCK);
    look(Duration.ofMinutes(1));
    assertThat(look(Duration.ofMinutes(2), CLOCK)).isEmpty();
    assertThat(look(Duration.ofMinutes(3))).isEmpty();

    assertThat(look(Duration.ofMinutes(10), CLOCK)).hasSize(1);
    assertThat(look(Duration.ofMinutes(11))).hasSize(1);
    assertThat(look(Duration.ofMinutes(25))).isEmpty();
    assertThat(look(Duration.ofMinutes(26), CLOCK)).hasSize(1);
  }
}
