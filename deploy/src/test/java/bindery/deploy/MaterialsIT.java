package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the package says of the libraries in it, beside those that are in it. */
final class MaterialsIT {
  private static final String BILL = "SBOM.cdx.json";
  private static final String NOTICES = "THIRD-PARTY.txt";

  private static Map<String, JsonNode> components(PackagedProgram program) throws IOException {
    JsonNode bill = new ObjectMapper().readTree(program.home().resolve(BILL).toFile());
    assertThat(bill.get("bomFormat").asText()).isEqualTo("CycloneDX");
    Map<String, JsonNode> components = new TreeMap<>();
    for (JsonNode one : bill.get("components")) {
      components.put(one.get("name").asText() + "-" + one.get("version").asText(), one);
    }
    assertThat(components).hasSize(bill.get("components").size());
    return components;
  }

  private static Set<String> jars(PackagedProgram program) throws IOException {
    try (Stream<Path> files = Files.list(program.lib())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .map(name -> name.substring(0, name.length() - ".jar".length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void bill_ofThePackage_hasEachLibraryWithVersionAndLicence(@TempDir Path folder)
      throws Exception {
    PackagedProgram program = PackagedProgram.unpack(folder);
    Map<String, JsonNode> components = components(program);
    Set<String> unpacked =
        components.keySet().stream()
            .filter(name -> name.startsWith("rocksdbjni-"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(unpacked).hasSize(1); // its jar is not in the package, what is in it is

    Set<String> expected = jars(program);
    assertThat(expected).hasSizeGreaterThan(50);
    expected.addAll(unpacked);
    assertThat(components.keySet()).containsExactlyElementsOf(expected);

    String notices = Files.readString(program.home().resolve(NOTICES));
    components.forEach(
        (name, component) -> {
          assertThat(licence(component)).as(name).isNotBlank();
          String coordinates =
              component.get("group").asText()
                  + ":"
                  + component.get("name").asText()
                  + ":"
                  + component.get("version").asText();
          assertThat(component.get("purl").asText())
              .isEqualTo(
                  "pkg:maven/"
                      + component.get("group").asText()
                      + "/"
                      + component.get("name").asText()
                      + "@"
                      + component.get("version").asText());
          if (!component.get("group").asText().equals("bindery")) {
            assertThat(notices).contains("(" + coordinates + " ");
          }
        });
  }

  private static String licence(JsonNode component) {
    JsonNode first = component.get("licenses").get(0);
    JsonNode named = first.path("license");
    return first.path("expression").asText()
        + named.path("id").asText()
        + named.path("name").asText();
  }

  @Test
  void debianPackage_hasThemToo() throws Exception {
    Path built = Path.of(System.getProperty("bindery.debs"));
    Path deb;
    try (Stream<Path> files = Files.list(built)) {
      deb = files.filter(file -> file.toString().endsWith(".deb")).findFirst().orElse(built);
    }
    boolean isDebian = Files.exists(Path.of("/usr/bin/dpkg-deb"));
    assertThat(!deb.equals(built))
        .as("a package for Debian, where one can be built")
        .isEqualTo(isDebian);
    if (!isDebian) {
      return;
    }
    Process process = new ProcessBuilder("dpkg-deb", "--contents", deb.toString()).start();
    String listed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(listed)
        .contains("./usr/share/doc/bindery/" + BILL + "\n")
        .contains("./usr/share/doc/bindery/" + NOTICES + "\n");
  }
}
