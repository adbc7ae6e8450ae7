package bindery.admin;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.admin.HealthCheck.Subject;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class ReadinessWatchTest {
  private final FixedReadiness readiness = new FixedReadiness();
  private final List<Boolean> told = new ArrayList<>();
  private final ReadinessWatch watch = new ReadinessWatch(readiness, told::add);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(ReadinessWatch.class);

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
    watch.close();
  }

  @Test
  void look_changes_areToldOnceWithTheReason() {
    watch.look();
    watch.look();
    readiness.deciding.add(HealthCheck.failed(Subject.READ_BARRIER, "nobody answers"));
    watch.look();
    watch.look();
    readiness.deciding.remove(1);
    watch.look();

    assertThat(told).containsExactly(true, false, true);
    assertThat(log.list.stream().map(ILoggingEvent::getFormattedMessage))
        .containsOnlyOnce("event=not_ready read-barrier: nobody answers");
  }

  @Test
  void look_nodeThatStarts_isNoNewsInTheLog() {
    readiness.deciding.add(HealthCheck.failed(Subject.START, "the node is starting"));
    watch.look();

    assertThat(told).containsExactly(false);
    assertThat(log.list).isEmpty();
  }

  @Test
  void look_warnings_leaveItReady() {
    readiness.advising.add(HealthCheck.warning(Subject.FEED, "kea is silent"));
    watch.look();

    assertThat(told).containsExactly(true);
  }
}
