package bindery.kea;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is followed, for whom, and how.
 *
 * @param source the DHCPv6 server whose bindings these are
 * @param feeder the name of the follower within it
 * @param file the lease file
 * @param isWhole whether the files are all that the source holds, so that a full resync lets go of
 *     what they do not name
 * @param interval between looks at the file, at most {@link #INTERVAL_MAX}
 * @param position where the position is kept; empty for nowhere
 * @param controlSocket Kea's own; empty to give no signs of life beside the rows
 * @param configuration of Kea, whose links are kept in step; empty for what Kea tells at its
 *     control socket, and for none without that
 * @param callTimeout how long one call beside the stream may take at one server
 */
public record FollowOptions(
    String source,
    String feeder,
    Path file,
    boolean isWhole,
    Duration interval,
    Optional<Path> position,
    Optional<Path> controlSocket,
    Optional<Path> configuration,
    Duration callTimeout) {
  /** The longest interval, so that Kea cannot clean up twice between two looks. */
  public static final Duration INTERVAL_MAX = Duration.ofMillis(500);

  /**
   * Checks the interval, and that the path of the file can be kept in a position.
   *
   * @throws IllegalArgumentException if one is not as expected
   */
  public FollowOptions {
    if (interval.compareTo(Duration.ofMillis(1)) < 0 || interval.compareTo(INTERVAL_MAX) > 0) {
      throw new IllegalArgumentException(
          "an interval of "
              + interval.toMillis()
              + "ms (expected 1ms.."
              + INTERVAL_MAX.toMillis()
              + "ms)");
    }
    if (file.toString().indexOf('\n') >= 0) {
      throw new IllegalArgumentException("the name of the lease file has a line feed");
    }
  }

  /** Whose position is kept. */
  SavedPosition.Owner owner() {
    return new SavedPosition.Owner(source, feeder, file.toAbsolutePath().normalize().toString());
  }
}
