package bindery.deploy.kea;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
  private static final Duration QUERY_MAX = Duration.ofSeconds(60);
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");

  private PageRun() {}

  /** Runs one. */
  public static void main(String[] arguments) throws Exception {
    String page = Files.readString(Path.of(arguments[1]));
    String config = KeaConfig.with(blocks(page, "json").get(0));
    List<String> commands = blocks(page, "sh");
    Site.run(
        Path.of(arguments[0]),
        config,
        RELAYS,
        site -> {
          Daemon feeder =
              site.feed("page", List.of("bash", "-c", commands.get(0)), environment(site));
          try (Load load = Load.start(RELAYS, CLIENTS, PER_SECOND_MAX, 1, Load.nobody())) {
            load.serve(EXCHANGES);
            load.end();
            int leases = site.awaitAgreement();
            feeder.requireAlive();
            Daemon query =
                site.feed("query", List.of("bash", "-c", commands.get(1)), environment(site));
            await().atMost(QUERY_MAX).until(() -> !query.isAlive());
            if (query.stop() != 0 || !query.log().contains("2001:db8:a:1:")) {
              throw new AssertionError("the query of the page does not answer: " + query.log());
            }
            System.out.println("leases=" + leases + " " + load.summary());
          }
        });
  }

  // What is run finds bindery on its path, as an operator does.
  private static Map<String, String> environment(Site site) {
    return Map.of(
        "PATH",
        site.program().commands() + ":" + System.getenv("PATH"),
        "XDG_STATE_HOME",
        site.state().toString());
  }

  // The blocks of that language, in their order.
  private static List<String> blocks(String page, String language) {
    return BLOCK
        .matcher(page)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }
}
