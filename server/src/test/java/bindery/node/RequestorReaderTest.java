package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.leasequery.RequestorRule;
import bindery.model.Duid;
import bindery.query.QueryScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestorReaderTest {
  @Test
  void parse_prefixes_mayAskForAll() {
    assertThat(RequestorReader.parse("::1, 192.0.2.0/24"))
        .containsExactly(RequestorRule.of("::1"), RequestorRule.of("192.0.2.0/24"));
  }

  @Test
  void file_entryWithEveryKey_isReadWhole(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("bindery.yaml"),
            """
            leasequery:
              requestors:
                - "::1"
                - from: 2001:db8:ff::/48
                  query-types: [3, 5]
                  links: [edge-1]
                  relay-ids: ["0003000102005e1000aa"]
                  hidden-options: [39]
                  max-connections: 2
                  max-queries: 3
                  data-timeout: 60s
            """);

    assertThat(NodeConfig.load(Map.of(), Map.of(), file).leasequery().requestors())
        .containsExactly(
            RequestorRule.of("::1"),
            new RequestorRule(
                "2001:db8:ff::/48",
                new QueryScope(
                    Set.of(3, 5),
                    List.of("edge-1"),
                    Set.of(Duid.parse("0003000102005e1000aa")),
                    Set.of(39)),
                OptionalInt.of(2),
                OptionalInt.of(3),
                Optional.of(Duration.ofSeconds(60))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "relay1 | not a prefix",
        "::1,::1 | stands twice",
        "[{\"fro\":\"::1\"}] | entry 1: fro: unknown key (the nearest known one is from)",
        "[{\"query-types\":[3]}] | from: none",
        "[{\"from\":\"::1\",\"query-types\":[6]}] | query-types: 6 (expected 1..5)",
        "[{\"from\":\"::1\",\"query-types\":[]}] | leave it out for no limit",
        "[{\"from\":\"::1\",\"relay-ids\":[\"zz\"]}] | relay-ids",
        "[{\"from\":\"::1\",\"max-queries\":0}] | max-queries: 0, too small",
        "[{\"from\":\"::1\",\"data-timeout\":\"soon\"}] | data-timeout",
        "[{\"from\":\"::1\",\"links\":\"a\"}] | links",
        "[7] | expected a prefix",
        "[{\"from\" | no JSON array"
      })
  void parse_anythingElse_saysWhatIsWrong(String text, String says) {
    assertThatThrownBy(() -> RequestorReader.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(says);
  }
}
