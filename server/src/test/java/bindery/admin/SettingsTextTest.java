package bindery.admin;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Settings;
import org.junit.jupiter.api.Test;

final class SettingsTextTest {
  private static final Settings CLUSTER =
      Settings.newBuilder()
          .setRetainEndedSeconds(86_400)
          .setSourceSilentAfterSeconds(900)
          .setSweepLimitPermille(25)
          .build();

  @Test
  void values_areWrittenAsInAFile() {
    assertThat(SettingsText.values(CLUSTER))
        .containsEntry("retain-ended", "24h")
        .containsEntry("source-silent-after", "15m")
        .containsEntry("sweep-limit", "2.5%");
    assertThat(
            SettingsText.values(
                Settings.newBuilder().setRetainEndedSeconds(90).setSweepLimitPermille(100).build()))
        .containsEntry("retain-ended", "90s")
        .containsEntry("sweep-limit", "10%")
        .hasSize(2);
  }

  @Test
  void differences_namesEachThatIsNotTheClusters() {
    Settings given = CLUSTER.toBuilder().setRetainEndedSeconds(172_800).build();
    assertThat(SettingsText.differences(CLUSTER, given))
        .containsExactly(
            "feed.retain-ended is 24h in the cluster and 48h in this node's configuration; the"
                + " cluster's rules. Change it with `bindery settings set`, or the configuration");
    assertThat(SettingsText.differences(CLUSTER, CLUSTER)).isEmpty();
  }

  @Test
  void differences_whatTheNodeWasNotTold_isNone() {
    assertThat(SettingsText.differences(CLUSTER, Settings.getDefaultInstance())).isEmpty();
    assertThat(SettingsText.differences(Settings.getDefaultInstance(), CLUSTER)).isEmpty();
  }
}
