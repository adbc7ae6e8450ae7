package bindery.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RefusalLogTest {
  private final AtomicLong clock = new AtomicLong();
  private final RefusalLog log = new RefusalLog("api", clock::get);

  @Test
  void repeats_areTold_onceAMinuteWithTheirCount() {
    try (LogLines lines = LogLines.ofRefusals()) {
      for (int i = 0; i < 500; i++) {
        log.write("10.0.0.1:" + (40_000 + i), "no certificate");
      }
      assertThat(lines.lines())
          .containsExactly(
              "WARN event=tls_refused port=api from=10.0.0.1:40000 times=1 left_out=0"
                  + " reason=\"no certificate\"");
      clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
      log.write("10.0.0.1", "no certificate");
      assertThat(lines.lines()).hasSize(2).last().asString().contains("times=500");
    }
  }

  @Test
  void others_areTold_upToALimit() {
    try (LogLines lines = LogLines.ofRefusals()) {
      for (int i = 0; i < 5_000; i++) {
        log.write("10.0.0." + i, "no certificate");
      }
      assertThat(lines.lines()).hasSize(60);
      clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
      log.write("10.0.0.1", "another reason");
      assertThat(lines.lines()).hasSize(61).last().asString().contains("left_out=4940");
    }
  }
}
