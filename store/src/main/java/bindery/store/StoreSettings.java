package bindery.store;

import bindery.log.v1.Settings;

/** The settings that decide rows, with what holds where the cluster has none yet. */
final class StoreSettings {
  private static final long RETAIN_ENDED_SECONDS = 24 * 3_600;
  private static final long SOURCE_SILENT_AFTER_SECONDS = 15 * 60;
  private static final int SWEEP_LIMIT_PERMILLE = 100;

  private StoreSettings() {}

  /** As the rows have them. */
  static Settings read(RowReader rows) {
    byte[] row = rows.get(MetaKey.SETTINGS);
    return row == null ? Settings.getDefaultInstance() : MetaRow.parseSettings(row);
  }

  /** The same, with what holds in the place of what is unset. */
  static Settings inForce(Settings settings) {
    return Settings.newBuilder()
        .setRetainEndedSeconds(retainEndedSeconds(settings))
        .setSourceSilentAfterSeconds(sourceSilentAfterSeconds(settings))
        .setSweepLimitPermille(sweepLimitPermille(settings))
        .build();
  }

  /** For how long what ended is remembered. */
  static long retainEndedSeconds(Settings settings) {
    return settings.hasRetainEndedSeconds()
        ? settings.getRetainEndedSeconds()
        : RETAIN_ENDED_SECONDS;
  }

  /** After how long without an item a source that follows its server counts as silent. */
  static long sourceSilentAfterSeconds(Settings settings) {
    return settings.hasSourceSilentAfterSeconds()
        ? settings.getSourceSilentAfterSeconds()
        : SOURCE_SILENT_AFTER_SECONDS;
  }

  /** How many in a thousand of a source's live leases one sweep may end. */
  static int sweepLimitPermille(Settings settings) {
    return settings.hasSweepLimitPermille()
        ? settings.getSweepLimitPermille()
        : SWEEP_LIMIT_PERMILLE;
  }
}
