package bindery.wire;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.OptionCode;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One LEASEQUERY (RFC 5007 4.1.1), valid in itself.
 *
 * <p>Instants are seconds since 2000, 0..4294967295 ({@link bindery.model.DhcpTime}).
 *
 * @param transactionId 0..0xffffff, unique among the queries outstanding on a connection
 * @param requestor DUID of who asks: the CLIENTID option of the message itself
 * @param key what is searched for
 * @param linkAddress {@code ::} for any link
 * @param requestedOptions codes of the ORO inside LQ_QUERY, in ascending order; never LQ_BASE_TIME,
 *     which {@code baseTimeRequested} stands for
 * @param baseTimeRequested whether an ORO, inside LQ_QUERY or beside it, names LQ_BASE_TIME
 * @param startTime only bindings changed at or after it (RFC 7653 6.3.2)
 * @param endTime only bindings changed at or before it (RFC 7653 6.3.3)
 * @param vss data of the VSS option: which VPN is meant (RFC 6607 3.3); empty for none
 */
public record LeaseQuery(
    int transactionId,
    Duid requestor,
    QueryKey key,
    Ipv6Address linkAddress,
    SortedSet<Integer> requestedOptions,
    boolean baseTimeRequested,
    OptionalLong startTime,
    OptionalLong endTime,
    Optional<Bytes> vss) {
  /** The largest transaction-id: 24 bits (RFC 8415 8). */
  public static final int TRANSACTION_ID_MAX = 0xff_ffff;

  private static final long TIME_MAX = 0xffff_ffffL;

  /**
   * Checks the ranges; copies the set of options and takes LQ_BASE_TIME out of it.
   *
   * @throws IllegalArgumentException if a number is out of range, the search is by link without a
   *     link-address, or the window starts after its end
   */
  public LeaseQuery {
    if (transactionId < 0 || transactionId > TRANSACTION_ID_MAX) {
      throw new IllegalArgumentException(
          "a transaction-id of " + transactionId + " (expected 0..16777215)");
    }
    if (key instanceof QueryKey.ByLink && linkAddress.isUnspecified()) {
      throw new IllegalArgumentException(
          "a query by link with link-address :: (expected an address of the link)");
    }
    checkTime("start-time", startTime);
    checkTime("end-time", endTime);
    if (startTime.isPresent()
        && endTime.isPresent()
        && startTime.getAsLong() > endTime.getAsLong()) {
      throw new IllegalArgumentException(
          "a start-time of "
              + startTime.getAsLong()
              + " after the end-time of "
              + endTime.getAsLong());
    }
    TreeSet<Integer> codes = new TreeSet<>(requestedOptions);
    baseTimeRequested |= codes.remove(OptionCode.LQ_BASE_TIME);
    if (!codes.isEmpty() && (codes.first() < 0 || codes.last() > 0xffff)) {
      throw new IllegalArgumentException("option codes " + codes + " (expected 0..65535)");
    }
    requestedOptions = Collections.unmodifiableSortedSet(codes);
  }

  private static void checkTime(String name, OptionalLong time) {
    if (time.isPresent() && (time.getAsLong() < 0 || time.getAsLong() > TIME_MAX)) {
      throw new IllegalArgumentException(
          "a " + name + " of " + time.getAsLong() + " (expected 0..4294967295)");
    }
  }

  /**
   * A query on any link, asking for no options.
   *
   * @throws IllegalArgumentException if the transaction-id is out of range, or the key is {@link
   *     QueryKey.ByLink}, which needs {@link #byLink}
   */
  public static LeaseQuery of(int transactionId, Duid requestor, QueryKey key) {
    return new LeaseQuery(
        transactionId,
        requestor,
        key,
        Ipv6Address.UNSPECIFIED,
        Collections.emptySortedSet(),
        false,
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty());
  }

  /**
   * A query for everything on a link, asking for no options.
   *
   * @param linkAddress not {@code ::}
   * @throws IllegalArgumentException if a value is out of range
   */
  public static LeaseQuery byLink(int transactionId, Duid requestor, Ipv6Address linkAddress) {
    return new LeaseQuery(
        transactionId,
        requestor,
        new QueryKey.ByLink(),
        linkAddress,
        Collections.emptySortedSet(),
        false,
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty());
  }

  /**
   * The same query under another transaction-id.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public LeaseQuery numbered(int id) {
    return new LeaseQuery(
        id,
        requestor,
        key,
        linkAddress,
        requestedOptions,
        baseTimeRequested,
        startTime,
        endTime,
        vss);
  }

  /** The same query, of the VPN that the data of a VSS option names (RFC 6607 3.2). */
  public LeaseQuery within(Bytes vpn) {
    return new LeaseQuery(
        transactionId,
        requestor,
        key,
        linkAddress,
        requestedOptions,
        baseTimeRequested,
        startTime,
        endTime,
        Optional.of(vpn));
  }

  /** The same query, limited to a link. */
  public LeaseQuery onLink(Ipv6Address address) {
    return new LeaseQuery(
        transactionId,
        requestor,
        key,
        address,
        requestedOptions,
        baseTimeRequested,
        startTime,
        endTime,
        vss);
  }

  /** The same query, asking for these options of each client, and for base-time if 100 is there. */
  public LeaseQuery requesting(Collection<Integer> codes) {
    return new LeaseQuery(
        transactionId,
        requestor,
        key,
        linkAddress,
        new TreeSet<>(codes),
        baseTimeRequested,
        startTime,
        endTime,
        vss);
  }

  /** The same query, limited to bindings changed in the window, both ends included. */
  public LeaseQuery changedWithin(OptionalLong start, OptionalLong end) {
    return new LeaseQuery(
        transactionId,
        requestor,
        key,
        linkAddress,
        requestedOptions,
        baseTimeRequested,
        start,
        end,
        vss);
  }

  /** The same query, not asking for relay data. */
  public LeaseQuery withoutRelayData() {
    TreeSet<Integer> codes = new TreeSet<>(requestedOptions);
    codes.remove(OptionCode.LQ_RELAY_DATA);
    return new LeaseQuery(
        transactionId,
        requestor,
        key,
        linkAddress,
        codes,
        baseTimeRequested,
        startTime,
        endTime,
        vss);
  }

  /** What the query searches by. */
  public QueryType type() {
    return key.type();
  }

  /** Whether relay data is asked for (S-56). */
  public boolean wantsRelayData() {
    return requestedOptions.contains(OptionCode.LQ_RELAY_DATA);
  }
}
