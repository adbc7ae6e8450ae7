package bindery.deploy.kea;

import static org.awaitility.Awaitility.await;

import bindery.deploy.kea.Turmoil.Victim;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Kea tells {@code bindery feed kea-ha} of each exchange and answers its client only then, while
 * all that runs is killed: {@code HaRun FOLDER SEED ROUNDS CLIENTS}. Ends with 1 if a client was
 * answered that the store knew nothing of, or if a node tells anything else than Kea in the end.
 */
final class HaRun {
  private static final int RELAYS = 8;
  private static final int PER_SECOND_MAX = 10_000; // as fast as it goes
  private static final double SHARE_MIN = 0.5;

  private HaRun() {}

  /** Runs one. */
  public static void main(String[] arguments) throws Exception {
    long seed = Long.parseLong(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    int clients = Integer.parseInt(arguments[3]);
    String config = KeaConfig.with(KeaConfig.backedUp(true));
    Site.run(
        Path.of(arguments[0]),
        config,
        RELAYS,
        site -> {
          Daemon feeder = start(site);
          StoreWitness witness = new StoreWitness(site, gap(site));
          try (Load load = Load.start(RELAYS, clients, PER_SECOND_MAX, seed, witness)) {
            Turmoil turmoil = new Turmoil(site, load, seed, Victim.values());
            turmoil.run(rounds);
            load.end();
            int leases = site.awaitAgreement();
            site.requireAgreement();
            feeder.requireAlive();
            System.out.println(
                "seed="
                    + seed
                    + " leases="
                    + leases
                    + " "
                    + load.summary()
                    + " excused="
                    + witness.excused()
                    + " "
                    + turmoil.summary());
            if (turmoil.share() < SHARE_MIN) {
              throw new AssertionError("too few served with a node down: " + turmoil.summary());
            }
          }
        });
  }

  /** Starts the connector; returns when it has compared everything with Kea once. */
  static Daemon start(Site site) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "feed",
                "kea-ha",
                "--kea",
                "http://127.0.0.1:8005/",
                "--kea-config",
                Kea.CONFIG.toString(),
                "--source",
                "kea1"));
    command.addAll(Site.servers());
    Daemon feeder = site.feed("kea-ha", command);
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .failFast(feeder::requireAlive)
        .until(() -> feeder.log().contains("event=kea_gap_closed"));
    return feeder;
  }

  private static Path gap(Site site) {
    return site.state().resolve("bindery/kea-ha/kea1/kea-ha/gap");
  }
}
