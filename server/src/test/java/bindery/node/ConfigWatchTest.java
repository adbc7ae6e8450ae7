package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.leasequery.RequestorRule;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class ConfigWatchTest {
  private final Queue<List<RequestorRule>> told = new ConcurrentLinkedQueue<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(ConfigWatch.class);
  private final Path file;

  ConfigWatchTest(@TempDir Path folder) {
    file = folder.resolve("bindery.yaml");
  }

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
  }

  private void write(String requestors, int connections) throws IOException {
    Files.writeString(
        file,
        "leasequery: { requestors: ["
            + requestors
            + "], max-connections: "
            + connections
            + " } # "
            + requestors.length());
  }

  private ConfigWatch watch() throws ConfigException {
    ConfigSource source = new ConfigSource(Map.of(), Map.of(), file);
    return ConfigWatch.start(source, source.load(), told::add);
  }

  private boolean hasLogged(String text) {
    return List.copyOf(log.list).stream()
        .anyMatch(event -> event.getFormattedMessage().contains(text));
  }

  @Test
  void listChanged_isTold_andAFaultyOneIsNot() throws Exception {
    write("'::1'", 10);
    try (ConfigWatch watch = watch()) {
      assertThat(watch).isNotNull();
      write("'::1', relay1", 10);
      await().atMost(Duration.ofSeconds(60)).until(() -> hasLogged("event=config_refused"));
      assertThat(told).isEmpty();

      write("'::1', '192.0.2.7'", 10);
      await().atMost(Duration.ofSeconds(60)).until(() -> !told.isEmpty());
      assertThat(told)
          .containsExactly(List.of(RequestorRule.of("::1"), RequestorRule.of("192.0.2.7")));
      assertThat(hasLogged("event=config_changed")).isFalse();
    }
  }

  @Test
  void anotherOptionChanged_isToldToWaitForTheNextStart() throws Exception {
    write("'::1'", 10);
    try (ConfigWatch watch = watch()) {
      assertThat(watch).isNotNull();
      write("'::1'", 2_000);
      await().atMost(Duration.ofSeconds(60)).until(() -> hasLogged("event=config_changed"));
      assertThat(told).isEmpty();
    }
  }

  @Test
  void fileGone_isToldAndNothingChanges() throws Exception {
    write("'::1'", 10);
    try (ConfigWatch watch = watch()) {
      assertThat(watch).isNotNull();
      Files.delete(file);
      await().atMost(Duration.ofSeconds(60)).until(() -> hasLogged("event=config_gone"));
      assertThat(told).isEmpty();
    }
  }
}
