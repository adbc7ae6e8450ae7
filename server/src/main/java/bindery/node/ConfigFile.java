package bindery.node;

import bindery.cli.NearestName;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration file (YAML) into texts by option key. What a text must be is judged later,
 * alike for all sources of values.
 */
final class ConfigFile {
  /** A file above that is no configuration. */
  private static final long SIZE_MAX_BYTES = 1L << 20;

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  private final Path file;
  private final Problems problems;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, Setting<?>> settings = new LinkedHashMap<>();
  // The keys behind which nothing stands, which Jackson takes for an empty text.
  private final Set<String> blank = new HashSet<>();

  private ConfigFile(Path file, Problems problems) {
    this.file = file;
    this.problems = problems;
    Settings.ALL.forEach(setting -> settings.put(setting.key(), setting));
  }

  /** The texts by key; what cannot be read is added to the problems and left out. */
  static Map<String, String> read(Path file, Problems problems) {
    ConfigFile reader = new ConfigFile(file, problems);
    reader.read();
    return reader.values;
  }

  private void read() {
    @Nullable JsonNode root;
    try {
      if (Files.size(file) > SIZE_MAX_BYTES) {
        problems.add(file + ": larger than 1 MiB (expected a configuration file)");
        return;
      }
      String text = Files.readString(file);
      root = readOne(text);
      findBlank(text);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where = at == null ? "" : ", line " + at.getLineNr() + " column " + at.getColumnNr();
      problems.add(file + where + ": " + firstLine(e.getOriginalMessage()) + " (expected YAML)");
      return;
    } catch (IOException e) {
      problems.add(file + ": cannot be read: " + why(e));
      return;
    }
    if (root == null || root.isMissingNode() || root.isNull()) {
      return;
    }
    if (!root.isObject()) {
      problems.add(file + ": expected options as KEY: VALUE lines");
      return;
    }
    root.properties().forEach(entry -> take(entry.getKey(), entry.getValue()));
  }

  /** What the file holds; null if nothing. */
  private @Nullable JsonNode readOne(String text) throws IOException {
    try (JsonParser parser = MAPPER.createParser(text)) {
      JsonNode first = MAPPER.readTree(parser);
      if (parser.nextToken() != null) {
        problems.add(
            file
                + ", line "
                + parser.currentTokenLocation().getLineNr()
                + ": a second document (expected one; take the line --- above it away)");
      }
      return first;
    }
  }

  private void findBlank(String text) throws IOException {
    int[] characters = text.codePoints().toArray();
    try (JsonParser parser = MAPPER.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING && parser.getText().isEmpty()) {
          long at = parser.currentTokenLocation().getCharOffset();
          boolean isQuoted =
              at < characters.length && "\"'".indexOf(characters[Math.toIntExact(at)]) >= 0;
          String path = parser.getParsingContext().pathAsPointer().toString();
          if (!isQuoted && !path.isEmpty()) {
            blank.add(path.substring(1).replace('/', '.'));
          }
        }
      }
    }
  }

  private boolean isBlank(String key, JsonNode value) {
    return value.isNull() || blank.contains(key);
  }

  private String why(IOException e) {
    if (Files.isDirectory(file)) {
      return "it is a folder";
    }
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "this user has no right to";
    }
    return e instanceof CharacterCodingException
        ? "it is not UTF-8"
        : String.valueOf(e.getMessage());
  }

  private void take(String key, JsonNode value) {
    Setting<?> setting = settings.get(key);
    if (setting != null) {
      takeValue(setting, value);
    } else if (isSection(key)) {
      // A section whose every line is commented out holds nothing.
      if (!value.isObject() && !isBlank(key, value)) {
        problems.add(
            file
                + ": "
                + key
                + ": "
                + value
                + " (expected a section, with options such as "
                + firstOf(key)
                + " in it)");
      }
      value.properties().forEach(entry -> take(key + "." + entry.getKey(), entry.getValue()));
    } else {
      problems.add(
          file
              + ": unknown option "
              + key
              + NearestName.of(key, settings.keySet())
                  .map(name -> " (the nearest known one is " + name + ")")
                  .orElse(" (bindery node --print-sample shows all)"));
    }
  }

  private boolean isSection(String key) {
    return settings.keySet().stream().anyMatch(option -> option.startsWith(key + "."));
  }

  private String firstOf(String section) {
    return settings.keySet().stream()
        .filter(option -> option.startsWith(section + "."))
        .findFirst()
        .orElse(section);
  }

  private void takeValue(Setting<?> setting, JsonNode value) {
    String key = setting.key();
    boolean isFitting =
        switch (setting.kind().shape()) {
          case ONE -> value.isValueNode();
          case LIST, OBJECTS -> value.isValueNode() || value.isArray();
          case NAMED -> value.isValueNode() || value.isObject();
        };
    if (!isFitting) {
      problems.add(
          file + ": " + key + ": " + value + " (expected " + setting.kind().expected() + ")");
      return;
    }
    if (isBlank(key, value)) {
      return;
    }
    StringJoiner joined = new StringJoiner(",");
    if (setting.kind().shape() == Kind.Shape.OBJECTS && value.isArray()) {
      joined.add(value.toString()); // as JSON
    } else if (value.isObject()) {
      value.properties().forEach(e -> joined.add(e.getKey() + "=" + e.getValue().asText()));
    } else if (value.isArray()) {
      value.forEach(element -> joined.add(element.asText()));
    } else {
      joined.add(value.asText());
    }
    // An empty list names nothing; an empty text is judged like any other.
    if (value.isValueNode() || !value.isEmpty()) {
      values.put(key, joined.toString());
    }
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
