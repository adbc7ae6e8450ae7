package bindery.leasequery;

import bindery.query.QueryScope;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One entry of the list of requestors: who, what they may ask, and limits of their own.
 *
 * @param from whom it stands for: {@code 2001:db8::/32}, {@code 192.0.2.0/24}, or an address alone
 * @param scope what they may ask and be told
 * @param maxConnections open at once from one address; empty for the limit of all
 * @param maxQueries worked on at once for one address; empty for the limit of all
 * @param dataTimeout in place of {@link LeasequeryLimits#dataTimeout}; empty for that
 */
public record RequestorRule(
    String from,
    QueryScope scope,
    OptionalInt maxConnections,
    OptionalInt maxQueries,
    Optional<Duration> dataTimeout) {
  /**
   * Checks it.
   *
   * @throws IllegalArgumentException naming what is out of its range
   */
  public RequestorRule {
    AccessList.check(from);
    maxConnections.ifPresent(count -> LeasequeryLimits.checkCount("max-connections", count));
    maxQueries.ifPresent(count -> LeasequeryLimits.checkCount("max-queries", count));
    dataTimeout.ifPresent(time -> LeasequeryLimits.checkTimeout("data-timeout", time));
  }

  /** Who may ask for everything, within the limits of all. */
  public static RequestorRule of(String from) {
    return new RequestorRule(
        from, QueryScope.ALL, OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
  }
}
