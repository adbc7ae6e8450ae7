package bindery.admin;

import static bindery.query.FedStore.NOW;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.exchange;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Exchange;
import bindery.query.FedStore;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a scrape tells of the store. */
final class StoreMetricsTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private FedStore store;

  @BeforeEach
  void open(@TempDir Path folder) {
    store = FedStore.open(folder).link("a", List.of("2001:db8:a::/64"), List.of());
    StoreMetrics.register(registry, store::view);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private String scrape() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.builder().build().write(out, registry.scrape());
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void scrape_sourceThatFellSilent_isTold() throws IOException {
    store.feed(exchange(1, "a").addLeases(address("2001:db8:a::1", 60, 60))).alive();
    assertThat(scrape()).contains("bindery_source_silent{source=\"kea\"} 0.0");
    store.at(NOW + 1_000).tick();

    assertThat(scrape())
        .contains("bindery_source_silent{source=\"kea\"} 1.0")
        .contains("bindery_source_warning{source=\"kea\",warning=\"silent\"} 1.0")
        .contains("bindery_source_warning{source=\"kea\",warning=\"no-relays\"} 0.0")
        .contains("bindery_source_quiet_seconds{source=\"kea\"} 1000.0")
        .contains("bindery_jobs{kind=\"sweep_held\"} 0.0")
        .contains("bindery_jobs{kind=\"rehome\"} 0.0");
  }

  @Test
  void scrape_jobThatIsNotDone_isCounted() throws IOException {
    List<Exchange.Builder> exchanges = new ArrayList<>();
    for (int i = 1; i <= 6_000; i++) {
      exchanges.add(exchange(i, "").addLeases(address("2001:db8:b::%x".formatted(i), -1, -1)));
    }
    store.feed(exchanges.toArray(new Exchange.Builder[0]));
    store.link("b", List.of("2001:db8:b::/64"), List.of());

    assertThat(scrape()).contains("bindery_jobs{kind=\"rehome\"} 1.0");
  }

  @Test
  void scrape_whatASourceTold_isCounted() throws IOException {
    for (int i = 1; i <= 50; i++) {
      store.feed(exchange(i, "").addLeases(address("2001:db8:b::%x".formatted(i), 60, 60)));
    }
    store.feed(exchange(1, "a").setRelayed(true).addLeases(address("2001:db8:a::1", 60, 60)));
    assertThat(scrape())
        .contains("bindery_source_puts_total{source=\"kea\"} 51.0")
        .contains("bindery_source_relayed_puts_total{source=\"kea\"} 1.0")
        .contains("bindery_source_unlinked_puts_total{source=\"kea\"} 50.0")
        .contains("bindery_source_takeovers_total{source=\"kea\"} 0.0")
        .contains("bindery_source_warning{source=\"kea\",warning=\"unknown-link\"} 1.0");
    store.link("b", List.of("2001:db8:b::/64"), List.of());

    assertThat(scrape())
        .contains("bindery_source_warning{source=\"kea\",warning=\"unknown-link\"} 0.0");
  }
}
