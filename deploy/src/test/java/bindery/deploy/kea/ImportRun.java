package bindery.deploy.kea;

import java.nio.file.Path;

/**
 * The lease file of a Kea that has just served a crowd, fed once: {@code ImportRun FOLDER}. Ends
 * with 1 if a node tells anything else than Kea.
 */
final class ImportRun {
  private static final int RELAYS = 8;
  private static final int CLIENTS = 250;
  private static final long EXCHANGES = 6_000;

  private ImportRun() {}

  /** Runs one. */
  public static void main(String[] arguments) throws Exception {
    try (Site site = Site.start(Path.of(arguments[0]), KeaConfig.with(KeaConfig.stored()), RELAYS);
        Load load = Load.start(RELAYS, CLIENTS, 1, (client, gone) -> {})) {
      double rate = load.serve(EXCHANGES);
      load.end();
      site.run("link", "import-kea", Kea.CONFIG.toString(), "--source", "kea1");
      site.run("feed", "kea-csv", Kea.LEASES.toString(), "--source", "kea1");
      int leases = site.awaitAgreement();
      System.out.println("leases=" + leases + " rate=" + (long) rate + " " + load.summary());
    }
  }
}
