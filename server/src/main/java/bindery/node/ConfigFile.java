package bindery.node;

import bindery.cli.NearestName;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

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
  private final List<String> keys = Settings.ALL.stream().map(Setting::key).toList();

  private ConfigFile(Path file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** The texts by key; what cannot be read is added to the problems and left out. */
  static Map<String, String> read(Path file, Problems problems) {
    ConfigFile reader = new ConfigFile(file, problems);
    reader.read();
    return reader.values;
  }

  private void read() {
    JsonNode root;
    try {
      if (Files.size(file) > SIZE_MAX_BYTES) {
        problems.add(file + ": larger than 1 MiB (expected a configuration file)");
        return;
      }
      root = MAPPER.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where = at == null ? "" : ", line " + at.getLineNr() + " column " + at.getColumnNr();
      problems.add(file + where + ": " + firstLine(e.getOriginalMessage()) + " (expected YAML)");
      return;
    } catch (IOException e) {
      problems.add(file + ": cannot be read (" + e.getClass().getSimpleName() + ")");
      return;
    }
    if (root.isMissingNode() || root.isNull()) {
      return;
    }
    if (!root.isObject()) {
      problems.add(file + ": expected options as KEY: VALUE lines");
      return;
    }
    root.properties().forEach(entry -> take(entry.getKey(), entry.getValue()));
  }

  private void take(String key, JsonNode value) {
    if (keys.contains(key)) {
      takeValue(key, value);
    } else if (isSection(key) && (value.isObject() || isBlank(value))) {
      // A section whose every line is commented out holds nothing.
      value.properties().forEach(entry -> take(key + "." + entry.getKey(), entry.getValue()));
    } else {
      problems.add(
          file
              + ": unknown option "
              + key
              + NearestName.of(key, keys)
                  .map(name -> " (the nearest known one is " + name + ")")
                  .orElse(" (bindery node --print-sample shows all)"));
    }
  }

  private static boolean isBlank(JsonNode value) {
    return value.isNull() || (value.isValueNode() && value.asText().isBlank());
  }

  private boolean isSection(String key) {
    return keys.stream().anyMatch(k -> k.startsWith(key + "."));
  }

  private void takeValue(String key, JsonNode value) {
    if (value.isNull()) {
      return;
    }
    StringJoiner joined = new StringJoiner(",");
    if (value.isObject()) {
      value.properties().forEach(e -> joined.add(e.getKey() + "=" + e.getValue().asText()));
    } else if (value.isArray()) {
      value.forEach(element -> joined.add(element.asText()));
    } else {
      joined.add(value.asText());
    }
    if (joined.length() > 0) {
      values.put(key, joined.toString());
    }
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
