package bindery.deploy.kea;

import static org.awaitility.Awaitility.await;

import bindery.deploy.kea.Turmoil.Victim;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code bindery feed kea-csv --follow} reads what Kea writes, through its clean-ups, while all
 * that runs is killed: {@code CsvRun FOLDER SEED ROUNDS CLIENTS}. Ends with 1 if a node tells
 * anything else than Kea in the end, or after the whole file was fed once more.
 */
final class CsvRun {
  private static final int RELAYS = 8;
  private static final int PER_SECOND_MAX = 400;
  private static final int CLEANINGS_MIN = 3;

  private CsvRun() {}

  /** Runs one. */
  public static void main(String[] arguments) throws Exception {
    long seed = Long.parseLong(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    int clients = Integer.parseInt(arguments[3]);
    String config = KeaConfig.with(KeaConfig.stored());
    Site.run(
        Path.of(arguments[0]),
        config,
        RELAYS,
        site -> {
          Daemon feeder = start(site);
          try (Load load = Load.start(RELAYS, clients, PER_SECOND_MAX, seed, Load.nobody())) {
            Turmoil turmoil =
                new Turmoil(site, load, seed, Victim.LEADER, Victim.KEA, Victim.FEEDER);
            turmoil.run(rounds);
            await()
                .atMost(Duration.ofMinutes(1))
                .failFast(load::check)
                .until(() -> site.kea().cleanings() >= CLEANINGS_MIN);
            load.end();
            int leases = site.awaitAgreement();
            site.requireAgreement();
            feeder.requireAlive();
            int end = feeder.stop();
            site.run("feed", "kea-csv", Kea.LEASES.toString(), "--source", "kea1");
            site.awaitAgreement();
            System.out.println(
                "seed=%d leases=%d cleanings=%d follower_ended_with=%d %s"
                    .formatted(seed, leases, site.kea().cleanings(), end, load.summary()));
          }
        });
  }

  /** Starts what follows Kea's file; imports the links by itself. */
  static Daemon start(Site site) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "feed",
                "kea-csv",
                Kea.LEASES.toString(),
                "--follow",
                "--position",
                site.folder().resolve("position").toString(),
                "--kea-config",
                Kea.CONFIG.toString(),
                "--source",
                "kea1"));
    command.addAll(Site.servers());
    return site.feed("kea-csv", command);
  }
}
