package bindery.admin;

import static bindery.query.FedStore.address;
import static bindery.query.FedStore.exchange;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.query.FedStore;
import bindery.store.BindingCensus;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That who looks at the page does not have the node count each time. */
final class CensusTakerTest {
  @Test
  void census_askedForAgainAtOnce_isTheSameCount(@TempDir Path folder) {
    AtomicInteger counts = new AtomicInteger();
    try (FedStore store = FedStore.open(folder)) {
      CensusTaker taker =
          new CensusTaker(
              () -> {
                counts.incrementAndGet();
                return store.view();
              });
      store.feed(exchange(1, "").addLeases(address("2001:db8::1", 60, 60)));
      BindingCensus first = taker.census();
      assertThat(first.bindings()).isEqualTo(1);

      store.feed(exchange(2, "").addLeases(address("2001:db8::2", 60, 60)));
      assertThat(taker.census()).isSameAs(first);
      assertThat(counts).hasValue(1);
    }
  }
}
