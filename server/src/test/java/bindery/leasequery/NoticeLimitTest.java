package bindery.leasequery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class NoticeLimitTest {
  @Test
  void ask_moreThanASecondAllows_areCountedAndToldWithTheNext() {
    AtomicLong nanos = new AtomicLong(-1);
    NoticeLimit limit = new NoticeLimit(nanos::get);
    for (int i = 0; i < NoticeLimit.PER_SECOND; i++) {
      assertThat(limit.ask()).isZero();
    }
    for (int i = 0; i < 3_000; i++) {
      assertThat(limit.ask()).isEqualTo(-1);
    }
    nanos.addAndGet(1_000_000_000L);
    assertThat(limit.ask()).isEqualTo(3_000);
    assertThat(limit.ask()).isZero();
  }
}
