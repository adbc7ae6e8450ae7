package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RepeatLimitTest {
  private final AtomicLong nanos = new AtomicLong(-5);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger log;

  RepeatLimitTest() {
    LoggerContext context = new LoggerContext();
    context.addTurboFilter(new RepeatLimit(nanos::get));
    log = context.getLogger("bindery.test");
    lines.start();
    log.addAppender(lines);
  }

  private List<String> texts() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private void warn(int times) {
    for (int i = 0; i < times; i++) {
      log.warn("event=frame_cut_off from={}", i);
    }
  }

  @Test
  void warnings_ofOnePlace_areLeftOutBeyondTheLimitAndCounted() {
    warn(RepeatLimit.MOST + 30);
    assertThat(texts()).hasSize(RepeatLimit.MOST);

    nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
    warn(1);
    assertThat(texts().subList(RepeatLimit.MOST, texts().size()))
        .containsExactly(
            "event=repeats_left_out count=30 of=\"event=frame_cut_off from={}\"",
            "event=frame_cut_off from=0");
  }

  @Test
  void otherPlacesAndLowerLevels_areNotTouched() {
    warn(RepeatLimit.MOST + 1);
    log.error("event=fatal {}", "disk");
    for (int i = 0; i < 100; i++) {
      log.info("event=serving");
    }
    assertThat(texts()).hasSize(RepeatLimit.MOST + 1 + 100);
  }
}
