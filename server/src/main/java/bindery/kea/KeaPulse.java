package bindery.kea;

import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether Kea itself answers, asked every third of the time after which a source that says nothing
 * counts as silent. One thread.
 */
final class KeaPulse {
  private static final Logger LOG = LoggerFactory.getLogger(KeaPulse.class);
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([smhd])");

  /** The cluster's setting, as long as it could not be asked. */
  private static final Duration SILENT_AFTER = Duration.ofMinutes(15);

  private static final Duration PERIOD_MIN = Duration.ofMillis(300);

  private final KeaControl control;
  private final AdminClient cluster;
  private final FollowState state;
  private Duration silentAfter = SILENT_AFTER;
  private boolean isAnswering = true;

  /** Of the Kea behind that socket, for that cluster. */
  KeaPulse(KeaControl control, AdminClient cluster, FollowState state) {
    this.control = control;
    this.cluster = cluster;
    this.state = state;
  }

  /** Asks Kea, and has a sign of life told if it answers. */
  void beat() {
    try {
      control.status();
      state.aliveDue();
      if (!isAnswering) {
        LOG.warn("event=kea_answers again");
      }
      isAnswering = true;
    } catch (IOException e) {
      if (isAnswering) {
        LOG.warn("event=kea_silent {}; no sign of life is told until it answers", e.getMessage());
      }
      isAnswering = false;
    }
  }

  /** How long to wait until the next beat; asks the cluster, which may take a while. */
  Duration period() throws InterruptedException {
    try {
      Matcher setting =
          DURATION.matcher(cluster.status().getSettingsOrDefault("source-silent-after", ""));
      if (setting.matches()) {
        silentAfter = duration(Long.parseLong(setting.group(1)), setting.group(2));
      }
    } catch (ApiException e) {
      LOG.debug("cannot ask for source-silent-after, goes by {}: {}", silentAfter, e.getMessage());
    }
    Duration third = silentAfter.dividedBy(3);
    return third.compareTo(PERIOD_MIN) < 0 ? PERIOD_MIN : third;
  }

  private static Duration duration(long count, String unit) {
    return switch (unit) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
