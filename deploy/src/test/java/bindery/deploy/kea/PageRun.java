package bindery.deploy.kea;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What docs/kea.md has an operator do, word for word: {@code PageRun FOLDER PAGE}. Ends with 1 if a
 * node tells anything else than Kea then.
 */
final class PageRun {
  private static final int RELAYS = 4;
  private static final int CLIENTS = 400;
  private static final int PER_SECOND_MAX = 200;
  private static final long EXCHANGES = 1_000;
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");

  private PageRun() {}

  /** Runs one. */
  public static void main(String[] arguments) throws Exception {
    String page = Files.readString(Path.of(arguments[1]));
    String config = KeaConfig.with(block(page, "json"));
    try (Site site = Site.start(Path.of(arguments[0]), config, RELAYS)) {
      Daemon feeder =
          site.feed(
              "page",
              List.of("bash", "-c", block(page, "sh")),
              Map.of(
                  "PATH",
                  site.program().commands() + ":" + System.getenv("PATH"),
                  "XDG_STATE_HOME",
                  site.state().toString()));
      try (Load load = Load.start(RELAYS, CLIENTS, PER_SECOND_MAX, 1, Load.nobody())) {
        load.serve(EXCHANGES);
        load.end();
        int leases = site.awaitAgreement();
        site.requireAgreement();
        feeder.requireAlive();
        System.out.println("leases=" + leases + " " + load.summary());
      } catch (AssertionError | RuntimeException e) {
        System.err.println(site.tails());
        throw e;
      }
    }
  }

  // The one block of that language.
  private static String block(String page, String language) throws IOException {
    List<String> blocks =
        BLOCK
            .matcher(page)
            .results()
            .filter(block -> block.group(1).equals(language))
            .map((MatchResult block) -> block.group(2))
            .toList();
    if (blocks.size() != 1) {
      throw new IOException(blocks.size() + " blocks of " + language + " (expected one)");
    }
    return blocks.get(0);
  }
}
