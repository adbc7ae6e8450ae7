package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.cli.cert.TestCertificates;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alert rules and the dashboard beside what a node tells, and the page beside the rules. */
final class MonitoringFilesTest {
  private static final Path ALERTS = Path.of("..", "deploy", "etc", "prometheus", "alerts.yaml");
  private static final Path DASHBOARD = Path.of("..", "deploy", "etc", "grafana", "bindery.json");
  private static final Path PAGE = Path.of("..", "docs", "monitor.md");
  private static final Pattern METRIC = Pattern.compile("\\b(?:bindery|jvm|process)_[a-z0-9_]+");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z][a-z0-9_]+)[ {]");
  private static final Pattern RUNBOOK = Pattern.compile("(?m)^### (Bindery[A-Za-z]+)$");

  private static List<JsonNode> rules() throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    JsonNode file = new YAMLMapper().readTree(ALERTS.toFile());
    file.get("groups").forEach(group -> group.get("rules").forEach(rules::add));
    return rules;
  }

  private static Set<String> namedIn(Iterable<String> expressions) {
    Set<String> names = new TreeSet<>();
    for (String expression : expressions) {
      METRIC.matcher(expression).results().forEach(found -> names.add(found.group()));
    }
    return names;
  }

  private static String metrics;

  @BeforeAll
  static void scrape(@TempDir Path folder) throws Exception {
    TestCertificates edge = new TestCertificates(folder.resolve("edge"), "bindery");
    try (LoneNode node = LoneNode.start(folder, edge.node("n1", "127.0.0.1"))) {
      node.open("kea");
      metrics = node.get("/metrics");
    }
  }

  @Test
  void metrics_ofAlertsAndDashboard_areToldByANode() throws Exception {
    List<String> alerts = rules().stream().map(rule -> rule.get("expr").asText()).toList();
    List<String> panels = new ArrayList<>();
    for (JsonNode panel : new ObjectMapper().readTree(DASHBOARD.toFile()).get("panels")) {
      panel.get("targets").forEach(target -> panels.add(target.get("expr").asText()));
    }
    assertThat(alerts).hasSizeGreaterThan(20);
    assertThat(panels).hasSizeGreaterThan(30);

    Set<String> told = new TreeSet<>();
    SAMPLE.matcher(metrics).results().forEach(found -> told.add(found.group(1)));
    assertThat(told).containsAll(namedIn(alerts)).containsAll(namedIn(panels));
  }

  @Test
  void metrics_ofANode_haveHelpAndKeepToTheConventions() {
    for (String line : metrics.lines().filter(l -> l.startsWith("# TYPE bindery_")).toList()) {
      String[] words = line.split(" ", -1);
      String name = words[2];
      assertThat(metrics).containsPattern("(?m)^# HELP " + name + " [A-Z0-9].*\\.$");
      assertThat(name.endsWith("_total")).as(line).isEqualTo(words[3].equals("counter"));
      assertThat(name).as("base units").doesNotMatch(".*_(millis|ms|micros|kib|mib|percent)$");
      if (words[3].equals("histogram")) {
        assertThat(name).endsWith("_seconds");
      }
    }
  }

  @Test
  void alerts_each_haveAParagraphThatSaysWhatToDo() throws IOException {
    List<String> names = rules().stream().map(rule -> rule.get("alert").asText()).toList();
    String page = Files.readString(PAGE);

    assertThat(RUNBOOK.matcher(page).results().map(found -> found.group(1)))
        .containsExactlyElementsOf(names);
    for (JsonNode rule : rules()) {
      String name = rule.get("alert").asText();
      assertThat(rule.get("annotations").get("runbook").asText())
          .isEqualTo("docs/monitor.md#" + name.toLowerCase(Locale.ROOT));
      assertThat(page)
          .contains("### " + name + "\n\n*" + rule.get("labels").get("severity").asText() + ".* ");
    }
  }
}
