package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonTextTest {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static String fault(String text) {
    return JsonText.fault(
        catchThrowableOfType(JsonProcessingException.class, () -> MAPPER.readTree(text)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"a\":1        | Unexpected end-of-input: expected close marker for Object",
        "{\"a\":[1}      | Unexpected close marker '}': expected ']'",
        "{\"a\":1} {}    | Trailing token (of type START_OBJECT) found after value",
        "{\"a\":NaN}     | Non-standard token 'NaN'",
        "{\"a\":1,\"a\":2} | Duplicate field 'a'",
        "{\"a\" 1}       | Unexpected character ('1' (code 49)): was expecting a colon to separate"
            + " field name and value",
      })
  void fault_ofAnyText_holdsNothingOfTheParsersOwn(String text, String said) {
    assertThat(fault(text)).isEqualTo(said);
  }

  @Test
  void fault_beyondTheParsersLimits_namesTheLimitAlone() {
    assertThat(fault("[".repeat(1_100))).contains("1001").doesNotContain("`").endsWith(")");
    assertThat(fault("9".repeat(1_100))).contains("1000").doesNotContain("`").endsWith(")");
  }

  @Test
  void ofUtf8_otherOctets_areRefusedWhateverTheyLookLike() throws Exception {
    assertThat(JsonText.ofUtf8("z\u00fcrich".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("z\u00fcrich");
    assertThatThrownBy(() -> JsonText.ofUtf8("z\u00fcrich".getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(CharacterCodingException.class);
  }
}
