package bindery.kea;

import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often to tell that a source's server answers: every third of the time after which the cluster
 * takes a source that says nothing for silent. One thread.
 */
public final class AlivePeriod {
  private static final Logger LOG = LoggerFactory.getLogger(AlivePeriod.class);
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([smhd])");

  /** The cluster's setting, as long as it could not be asked. */
  private static final Duration SILENT_AFTER = Duration.ofMinutes(15);

  private static final Duration PERIOD_MIN = Duration.ofMillis(300);

  private final AdminClient cluster;
  private Duration silentAfter = SILENT_AFTER;

  /** Of that cluster. */
  public AlivePeriod(AdminClient cluster) {
    this.cluster = cluster;
  }

  /** The period by the cluster's setting as it is now; asks for it, which may take a while. */
  public Duration ask() throws InterruptedException {
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
