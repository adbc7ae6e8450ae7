package bindery.kea.ha;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a connector behaves.
 *
 * @param source the source that it feeds
 * @param feeder its own name within that source; Kea's configuration may call it otherwise
 * @param listen where Kea sends to
 * @param access how Kea and the connector know each other
 * @param keas where to ask Kea, at the listener of its high availability; of a pair both, of which
 *     the first that serves is asked
 * @param ackWithin how long Kea waits for the commit at most, less than the 10 s it has itself
 * @param reconcileEvery how long after the last comparison the next one begins by itself
 * @param pageLeases leases to ask Kea for at a time, 1..10,000
 * @param state the folder that keeps what must outlive the program
 * @param configuration Kea's, whose links are kept in step; empty for what Kea tells at its control
 *     socket, else at its listener, if it does
 * @param controlSocket Kea's own, if it is to be asked for its configuration there
 */
public record HaOptions(
    String source,
    String feeder,
    InetSocketAddress listen,
    HaAccess access,
    List<URI> keas,
    Duration ackWithin,
    Duration reconcileEvery,
    int pageLeases,
    Path state,
    Optional<Path> configuration,
    Optional<Path> controlSocket) {
  /** Kea's own patience is 10 s. */
  public static final Duration ACK_WITHIN_MAX = Duration.ofSeconds(8);

  /** The most leases that are asked for at a time. */
  public static final int PAGE_LEASES_MAX = 10_000;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if one is broken; the message names it
   */
  public HaOptions {
    keas = List.copyOf(keas);
    check(!keas.isEmpty(), "no address of Kea (expected one at least)");
    check(
        ackWithin.toMillis() > 0 && ackWithin.compareTo(ACK_WITHIN_MAX) <= 0,
        "to wait " + ackWithin.toMillis() + " ms for a commit (expected at most 8 s)");
    check(
        reconcileEvery.compareTo(Duration.ofSeconds(1)) >= 0,
        "to compare every " + reconcileEvery.toMillis() + " ms (expected 1 s or more)");
    check(
        pageLeases >= 1 && pageLeases <= PAGE_LEASES_MAX,
        "pages of " + pageLeases + " leases (expected 1..10000)");
  }

  /**
   * Where to ask Kea.
   *
   * @throws IllegalArgumentException if that is no address to ask at by HTTP
   */
  public static URI url(String text) {
    try {
      URI url = new URI(text);
      if (List.of("http", "https").contains(String.valueOf(url.getScheme()))
          && url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(noUrl(text), e);
    }
    throw new IllegalArgumentException(noUrl(text));
  }

  private static String noUrl(String text) {
    return "\"" + text + "\" (expected for example http://127.0.0.1:8005/)";
  }

  private static void check(boolean holds, String fault) {
    if (!holds) {
      throw new IllegalArgumentException(fault);
    }
  }
}
