package bindery.kea;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** JSON as it comes from outside: its octets as text, and its faults in words. */
public final class JsonText {
  /** What a parser says to its programmer: places in its input, its own options and classes. */
  private static final Pattern ASIDE =
      Pattern.compile(
          " \\((?:start marker|for \\w+ starting) at \\[Source:.*]\\)"
              + "| \\(bound as `[^`]*`\\)"
              + "|[:,] (?:enable|from|not allowed as per) `[^`]*`(?: to allow)?");

  private static final int SHOWN_MAX = 60;

  private JsonText() {}

  /**
   * The text of these octets, which are UTF-8 whatever they look like.
   *
   * @throws CharacterCodingException if they are not
   */
  public static String ofUtf8(byte[] octets) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
  }

  /** What is wrong with a text that could not be parsed, in one line. */
  public static String fault(JsonProcessingException e) {
    String text = String.valueOf(e.getOriginalMessage());
    int end = text.indexOf('\n');
    return ASIDE.matcher(end < 0 ? text : text.substring(0, end)).replaceAll("");
  }

  /** A value in an error: at most 60 characters of it. */
  static String shown(JsonNode value) {
    String text = value.isMissingNode() ? "missing" : value.toString();
    return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
  }
}
