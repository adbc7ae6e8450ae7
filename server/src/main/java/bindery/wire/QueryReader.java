package bindery.wire;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.OptionCode;
import bindery.model.RemoteId;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a LEASEQUERY asks for, once it is known who asks.
 *
 * <pre>{@code
 * LEASEQUERY := header CLIENTID LQ_QUERY [SERVERID] [ORO] [LQ_START_TIME] [LQ_END_TIME] [VSS]
 * LQ_QUERY   := 002c len(2) query-type(1) link-address(16) [option that the type requires] [ORO]
 *               [LQ_START_TIME] [LQ_END_TIME] [VSS]
 *
 * 002c 0011 04 20010db8000a00000000000000001000      by link-address 2001:db8:a::1000
 * }</pre>
 *
 * <p>Of the options that are asked for the first 1,024 count; the others are passed over. Used
 * once, by one thread.
 */
final class QueryReader {
  private static final int LQ_QUERY_SIZE_MIN = 17;
  private static final int IA_ADDRESS_SIZE_MIN = 24;
  // An ORO is a wish, and each code costs many times its octets while the query is in work.
  private static final int REQUESTED_OPTIONS_MAX = 1_024;
  private static final int VSS_TYPE_GLOBAL = 255;

  /** Of a type that needs none; no option has this code. */
  private static final int NO_OPTION = -1;

  private final OctetReader message;
  private final OctetReader lqQuery;
  private final boolean isBulk;
  private final TreeSet<Integer> requestedOptions = new TreeSet<>();
  // Not final: gathered while walking over the options.
  private boolean baseTimeRequested;
  private OptionalLong startTime = OptionalLong.empty();
  private OptionalLong endTime = OptionalLong.empty();
  private Optional<Bytes> vss = Optional.empty();

  /**
   * Takes the two places to read from.
   *
   * @param message at its first option; known to hold whole options only
   * @param lqQuery data of the first LQ_QUERY in it
   * @param isBulk whether it came on a connection; by UDP the bulk types are not allowed, and time
   *     options are passed over
   */
  QueryReader(OctetReader message, OctetReader lqQuery, boolean isBulk) {
    this.message = message;
    this.lqQuery = lqQuery;
    this.isBulk = isBulk;
  }

  /**
   * Reads the query.
   *
   * @throws MalformedMessageException if a part of the query is not what its format demands
   * @throws RefusalException if the query can be read but is not to be answered
   */
  LeaseQuery read(int transactionId, Duid requestor)
      throws MalformedMessageException, RefusalException {
    if (lqQuery.remaining() < LQ_QUERY_SIZE_MIN) { // V-07
      throw new MalformedMessageException(
          lqQuery.offset(), "at least 17 octets of LQ_QUERY", lqQuery.remaining() + " octets");
    }
    QueryType type = new QueryType(lqQuery.uint8("query-type"));
    if (!isBulk && type.isBulk()) { // U-02
      throw new RefusalException(
          StatusCode.NOT_ALLOWED, "query-type " + type.code() + " by UDP (expected it by TCP)");
    }
    Ipv6Address linkAddress = lqQuery.address("link-address");
    QueryKey key = readQueryOptions(type, linkAddress);
    readMessageOptions();
    if (startTime.isPresent()
        && endTime.isPresent()
        && startTime.getAsLong() > endTime.getAsLong()) { // V-27
      throw malformed(
          "LQ_START_TIME "
              + startTime.getAsLong()
              + " is later than LQ_END_TIME "
              + endTime.getAsLong()
              + " (expected at or before it)");
    }
    return new LeaseQuery(
        transactionId,
        requestor,
        key,
        linkAddress,
        requestedOptions,
        baseTimeRequested,
        startTime,
        endTime,
        vss);
  }

  /**
   * Whether an ORO names LQ_BASE_TIME, as far as it can be read: also a query that is refused has
   * its reply told the time (S-72).
   *
   * @param message at its first option
   * @param lqQuery data of LQ_QUERY; null if there is none
   */
  static boolean asksForBaseTime(OctetReader message, @Nullable OctetReader lqQuery) {
    try {
      if (namesBaseTime(new OptionReader(message.copy()))) {
        return true;
      }
      if (lqQuery == null) {
        return false;
      }
      OctetReader inside = lqQuery.copy();
      inside.slice(LQ_QUERY_SIZE_MIN, "LQ_QUERY");
      return namesBaseTime(new OptionReader(inside));
    } catch (MalformedMessageException e) {
      return false;
    }
  }

  private static boolean namesBaseTime(OptionReader options) throws MalformedMessageException {
    while (options.next()) {
      OctetReader data = options.data();
      while (options.code() == OptionCode.OPTION_REQUEST && data.remaining() > 1) {
        if (data.uint16("requested-option-code") == OptionCode.LQ_BASE_TIME) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * The type of the query, as it was sent; 0 if it cannot be read.
   *
   * @param lqQuery data of LQ_QUERY; null if there is none
   */
  static int queryType(@Nullable OctetReader lqQuery) throws MalformedMessageException {
    return lqQuery == null || lqQuery.remaining() == 0 ? 0 : lqQuery.copy().uint8("query-type");
  }

  private QueryKey readQueryOptions(QueryType type, Ipv6Address linkAddress)
      throws MalformedMessageException, RefusalException {
    int required = requiredOption(type);
    if (type.equals(QueryType.BY_LINK_ADDRESS) && linkAddress.isUnspecified()) { // V-11
      throw malformed(type + " with link-address :: (expected an address of the link)");
    }
    QueryKey key = required == NO_OPTION ? new QueryKey.ByLink() : null;
    OptionReader options = new OptionReader(lqQuery);
    while (options.next()) {
      if (options.code() == OptionCode.OPTION_REQUEST) {
        readOptionRequest(options.data(), requestedOptions);
      } else if (options.code() == OptionCode.VSS) {
        readVss(options.data());
      } else if (isWindow(options.code())) {
        readWindow(options.code(), options.data());
      } else if (options.code() == required) {
        if (key != null) { // V-16
          throw malformed(type + " with more than one option " + required + " (expected one)");
        }
        key = readKey(required, options.data());
      }
    }
    if (key == null) { // V-09
      throw malformed(type + " without option " + required + " in LQ_QUERY (expected one)");
    }
    return key;
  }

  private void readMessageOptions() throws MalformedMessageException, RefusalException {
    int lqQueries = 0;
    TreeSet<Integer> requestedAtTop = new TreeSet<>();
    OptionReader options = new OptionReader(message.copy());
    while (options.next()) {
      switch (options.code()) {
        case OptionCode.LQ_QUERY -> lqQueries++;
        case OptionCode.OPTION_REQUEST -> readOptionRequest(options.data(), requestedAtTop);
        case OptionCode.VSS -> readVss(options.data());
        default -> {
          // V-15: any other option that is not needed here changes nothing.
          if (isWindow(options.code())) {
            readWindow(options.code(), options.data());
          }
        }
      }
    }
    if (lqQueries > 1) { // V-16
      throw malformed(lqQueries + " LQ_QUERY options (expected one)");
    }
    if (isBulk) {
      baseTimeRequested = requestedAtTop.contains(OptionCode.LQ_BASE_TIME); // T-12
    } else { // U-17
      requestedOptions.remove(OptionCode.LQ_BASE_TIME);
    }
  }

  // No text says whether the query or the message has them: they mean the same in both (S-74).
  private boolean isWindow(int code) {
    return isBulk && (code == OptionCode.LQ_START_TIME || code == OptionCode.LQ_END_TIME); // U-17
  }

  private void readWindow(int code, OctetReader data)
      throws MalformedMessageException, RefusalException {
    if (code == OptionCode.LQ_START_TIME) {
      startTime = readTime(startTime, data, "LQ_START_TIME");
    } else {
      endTime = readTime(endTime, data, "LQ_END_TIME");
    }
  }

  private static int requiredOption(QueryType type) throws RefusalException {
    if (type.equals(QueryType.BY_ADDRESS)) {
      return OptionCode.IA_ADDRESS;
    }
    if (type.equals(QueryType.BY_CLIENT_ID)) {
      return OptionCode.CLIENT_ID;
    }
    if (type.equals(QueryType.BY_RELAY_ID)) {
      return OptionCode.RELAY_ID;
    }
    if (type.equals(QueryType.BY_REMOTE_ID)) {
      return OptionCode.REMOTE_ID;
    }
    if (type.equals(QueryType.BY_LINK_ADDRESS)) {
      return NO_OPTION;
    }
    throw new RefusalException( // V-08
        StatusCode.UNKNOWN_QUERY_TYPE,
        "query-type " + type.code() + " in LQ_QUERY (expected 1..5)");
  }

  private static QueryKey readKey(int option, OctetReader data) throws MalformedMessageException {
    return switch (option) {
      case OptionCode.IA_ADDRESS -> {
        if (data.remaining() < IA_ADDRESS_SIZE_MIN) { // V-10
          throw new MalformedMessageException(
              data.offset(), "at least 24 octets of IAADDR", data.remaining() + " octets");
        }
        yield new QueryKey.ByAddress(data.address("IAADDR"));
      }
      case OptionCode.CLIENT_ID -> new QueryKey.ByClientId(data.duid("CLIENTID in LQ_QUERY"));
      case OptionCode.RELAY_ID -> new QueryKey.ByRelayId(data.duid("RELAY_ID in LQ_QUERY"));
      case OptionCode.REMOTE_ID -> {
        if (data.remaining() < RemoteId.SIZE_MIN || data.remaining() > RemoteId.SIZE_MAX) {
          throw new MalformedMessageException(
              data.offset(), "5..1024 octets of REMOTE_ID", data.remaining() + " octets");
        }
        yield new QueryKey.ByRemoteId(new RemoteId(data.rest()));
      }
      default -> throw new IllegalArgumentException("option " + option + " is no search key");
    };
  }

  private static void readOptionRequest(OctetReader data, Set<Integer> codes)
      throws MalformedMessageException {
    if (data.remaining() % 2 != 0) { // V-10
      throw new MalformedMessageException(
          data.offset(), "an even number of octets of ORO", data.remaining() + " octets");
    }
    while (data.remaining() > 0) {
      int code = data.uint16("requested-option-code");
      boolean isOwn = code == OptionCode.LQ_BASE_TIME || code == OptionCode.LQ_RELAY_DATA;
      if (isOwn || codes.size() < REQUESTED_OPTIONS_MAX) {
        codes.add(code);
      }
    }
  }

  private static OptionalLong readTime(OptionalLong earlier, OctetReader data, String name)
      throws MalformedMessageException, RefusalException {
    if (earlier.isPresent()) {
      throw malformed("more than one " + name + " (expected at most one)");
    }
    data.requireExactly(4, name);
    return OptionalLong.of(data.uint32(name));
  }

  /** A VPN is never answered from the global space (V-28). */
  private void readVss(OctetReader data) throws MalformedMessageException, RefusalException {
    if (vss.isPresent()) {
      throw malformed("more than one VSS (expected at most one)");
    }
    int offset = data.offset();
    Bytes octets = data.rest();
    if (octets.isEmpty()) {
      throw new MalformedMessageException(offset, "at least 1 octet of VSS", "0 octets");
    }
    if (octets.at(0) != VSS_TYPE_GLOBAL) {
      throw new RefusalException(
          StatusCode.NOT_ALLOWED,
          "VSS names the VPN " + octets + " (expected none, or the global one)");
    }
    if (octets.size() > 1) {
      throw new MalformedMessageException(
          offset, "1 octet of VSS for the global VPN", octets.size() + " octets");
    }
    vss = Optional.of(octets);
  }

  private static RefusalException malformed(String text) {
    return new RefusalException(StatusCode.MALFORMED_QUERY, text);
  }
}
