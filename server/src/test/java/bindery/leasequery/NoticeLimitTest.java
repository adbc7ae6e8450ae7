package bindery.leasequery;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.query.FedStore;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class NoticeLimitTest {
  private static final int STRANGERS = 400;

  @Test
  void admits_moreThanASecondAllows_areCounted() {
    AtomicLong nanos = new AtomicLong(-1);
    NoticeLimit limit = new NoticeLimit(nanos::get);
    for (int i = 0; i < NoticeLimit.PER_SECOND; i++) {
      assertThat(limit.admits()).isTrue();
    }
    for (int i = 0; i < 3_000; i++) {
      assertThat(limit.admits()).isFalse();
    }
    nanos.addAndGet(1_000_000_000L);
    assertThat(limit.admits()).isTrue();
    assertThat(limit.takeLeftOut()).isEqualTo(3_000);
    assertThat(limit.takeLeftOut()).isZero();
  }

  @Test
  void front_floodOfStrangers_isLoggedInPartAndCountedInFull(@TempDir Path folder)
      throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("bindery.leasequery");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try (FedStore store = FedStore.neverFed(folder);
        Front front = new Front(store)) {
      front.requestors = List.of(RequestorRule.of("2001:db8::1"));
      front.start();
      for (int i = 0; i < STRANGERS; i++) {
        try (Socket stranger = new Socket()) {
          stranger.connect(front.address());
          assertThat(stranger.getInputStream().read()).isEqualTo(-1);
        }
      }
    } finally {
      logger.detachAppender(log);
    }
    long told = log.list.stream().filter(e -> e.getMessage().contains("not_listed")).count();
    long leftOut =
        log.list.stream()
            .filter(e -> e.getMessage().contains("event=notices_left_out"))
            .mapToLong(e -> ((Number) e.getArgumentArray()[0]).longValue())
            .sum();
    assertThat(told).isPositive();
    assertThat(leftOut).isPositive();
    assertThat(told + leftOut).isEqualTo(STRANGERS);
  }
}
