package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The log as JSON: one object a line with the fields of docs/logs.md, whatever stands in it. */
final class JsonLogTest {
  private static final String LOGGER = "bindery.node.Node";

  private final LoggerContext context = new LoggerContext();
  private final Logger logger = context.getLogger(LOGGER);
  private final Encoder<ILoggingEvent> encoder = Logging.jsonEncoder(context);
  private final ObjectMapper strict =
      new ObjectMapper()
          .configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true)
          .configure(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, true);

  private LoggingEvent event(
      String thread, String pattern, @Nullable Throwable fault, Object... arguments) {
    LoggingEvent event =
        new LoggingEvent("somewhere", logger, Level.WARN, pattern, fault, arguments);
    event.setThreadName(thread);
    return event;
  }

  private JsonNode written(LoggingEvent event) throws IOException {
    String text = new String(encoder.encode(event), StandardCharsets.UTF_8);
    assertThat(text).endsWith("\n");
    String line = text.substring(0, text.length() - 1);
    assertThat(line.chars()).as(line).noneMatch(c -> c < 0x20); // so no line ends within
    return strict.readTree(line);
  }

  private static Set<String> fields(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Set<String> documented() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "logs.md"));
    int from = page.indexOf("each line is a JSON object with ");
    String sentence = page.substring(from, page.indexOf("\n\n", from));
    return Pattern.compile("`(\\w+)`")
        .matcher(sentence)
        .results()
        .map((MatchResult found) -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void line_withAFault_hasTheFieldsOfThePage() throws IOException {
    LoggingEvent event = event("main", "event=fatal {}", new IOException("disk"), "the store");
    JsonNode line = written(event);

    assertThat(documented()).contains("throwable").hasSize(6);
    assertThat(fields(line)).isEqualTo(documented());
    assertThat(line.get("timestamp").asLong()).isEqualTo(event.getTimeStamp());
    assertThat(line.get("level").asText()).isEqualTo("WARN");
    assertThat(line.get("loggerName").asText()).isEqualTo(LOGGER);
    assertThat(line.get("threadName").asText()).isEqualTo("main");
    assertThat(line.get("formattedMessage").asText()).isEqualTo("event=fatal the store");
    assertThat(line.get("throwable").get("message").asText()).isEqualTo("disk");
  }

  @Test
  void line_withoutAFault_hasThemTooAndNoneIsTold() throws IOException {
    JsonNode line = written(event("main", "event=serving node={}", null, "n1"));
    assertThat(fields(line)).isEqualTo(documented());
    assertThat(line.get("throwable").isNull()).isTrue();
  }

  static Stream<String> hostile() {
    StringBuilder controls = new StringBuilder();
    for (char c = 0; c < 0xa0; c++) {
      if (Character.isISOControl(c)) {
        controls.append(c);
      }
    }
    return Stream.of(
        "a\nb\r\nc\u2028d\u2029e\u0085f",
        "\",\"level\":\"ERROR\",\"x\":\"",
        "\\",
        "\\\"\\u0000\\n{}",
        "tab\tbell\u0007escape\u001b[31mred\u001b[0m",
        controls.toString(),
        "süß 東京 \ud83d\ude00 \u202e reversed",
        "",
        "x".repeat(100_000) + "\"");
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void line_withHostileText_isOneObjectThatSaysIt(String text) throws IOException {
    LoggingEvent event =
        event(
            text,
            "event=refused {}",
            new IOException(text, new IllegalStateException("cause: " + text)),
            text);
    JsonNode line = written(event);

    assertThat(fields(line)).isEqualTo(documented());
    assertThat(line.get("level").asText()).isEqualTo("WARN");
    assertThat(line.get("threadName").asText()).isEqualTo(text);
    assertThat(line.get("formattedMessage").asText()).isEqualTo("event=refused " + text);
    JsonNode fault = line.get("throwable");
    assertThat(fault.get("message").asText()).isEqualTo(text);
    assertThat(fault.get("cause").get("message").asText()).isEqualTo("cause: " + text);
  }

  @Test
  void line_withHalfACharacter_isStillOneObject() throws IOException {
    JsonNode line = written(event("main", "event=refused {}", null, "a\ud800b"));
    assertThat(line.get("formattedMessage").asText()).startsWith("event=refused a").endsWith("b");
  }
}
