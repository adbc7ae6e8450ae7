package bindery.deploy.kea;

import java.nio.file.Path;

/** How much each run does: little in each build, the same; {@code deploy/kea} has more done. */
final class Extent {
  private static final long SEED = Long.getLong("kea.seed", 20_261_128);
  private static final int ROUNDS = Integer.getInteger("kea.rounds", 1);
  private static final int CLIENTS = Integer.getInteger("kea.clients", 2_000);

  /** A round takes less than a minute, on a machine that does nothing else. */
  static final long MINUTES_MAX = 8L + 3L * ROUNDS;

  private Extent() {}

  /** What a run is told. */
  static String[] arguments(Path folder) {
    return new String[] {
      folder.toString(), String.valueOf(SEED), String.valueOf(ROUNDS), String.valueOf(CLIENTS)
    };
  }
}
