package bindery.deploy.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands of a page, in their order, each with the machines that it is for. */
record InstallPage(List<Step> steps) {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh(?: (\\w+))?\\n(.*?)^```$");

  /**
   * A block of commands.
   *
   * @param where all, nodes, or a machine's name
   */
  record Step(String where, String commands) {}

  static InstallPage read(Path page) throws IOException {
    List<Step> steps = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(page));
    while (block.find()) {
      assertThat(block.group(1)).as("where: " + block.group(2)).isNotNull();
      steps.add(new Step(block.group(1), block.group(2)));
    }
    assertThat(steps).isNotEmpty();
    return new InstallPage(steps);
  }
}
