package bindery.deploy.kea;

import bindery.deploy.kea.Turmoil.Victim;
import java.nio.file.Path;

/**
 * Both ways to follow one Kea at once, as one source, while all that runs is killed: {@code BothRun
 * FOLDER SEED ROUNDS CLIENTS}. Kea answers its clients without waiting. Ends with 1 if one feeder
 * puts the other out, or if a node tells anything else than Kea in the end.
 */
final class BothRun {
  private static final int RELAYS = 8;
  private static final int PER_SECOND_MAX = 300;

  private BothRun() {}

  /** Runs one. */
  public static void main(String[] arguments) throws Exception {
    long seed = Long.parseLong(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    int clients = Integer.parseInt(arguments[3]);
    String config = KeaConfig.with(KeaConfig.backedUp(false));
    Site.run(
        Path.of(arguments[0]),
        config,
        RELAYS,
        site -> {
          Daemon follower = CsvRun.start(site);
          Daemon backup = HaRun.start(site);
          try (Load load = Load.start(RELAYS, clients, PER_SECOND_MAX, seed, Load.nobody())) {
            Turmoil turmoil =
                new Turmoil(site, load, seed, Victim.FOLLOWER, Victim.KEA, Victim.FEEDER);
            turmoil.run(rounds);
            load.end();
            int leases = site.awaitAgreement();
            follower.requireAlive();
            backup.requireAlive();
            System.out.println("seed=" + seed + " leases=" + leases + " " + load.summary());
          }
        });
  }
}
