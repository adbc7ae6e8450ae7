package bindery.leasequery;

import bindery.wire.Incoming;
import bindery.wire.LeaseQuery;
import bindery.wire.QueryKey;
import bindery.wire.Status;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trail of who asked what, and what came of it: one line for each query that was read, by a
 * logger of its own, {@code bindery.audit}, whether it got an answer or not. What could not be read
 * as one is no query, and is logged as a discarded message; what was dropped before it was read is
 * counted alone. A query by UDP that is sent again while in work is the same one.
 *
 * <p>{@code event=query by=tcp from=[2001:db8:ff::1]:49152 xid=0a1b2c type=3 relay=00:03:00:01:aa
 * link=:: revision=4711 bindings=25000 octets=5012345 ms=23 outcome=answered}
 */
final class QueryAudit {
  private static final Logger LOG = LoggerFactory.getLogger("bindery.audit");

  private final Transport transport;
  private final InetSocketAddress from;
  private final int transactionId;
  private final Supplier<String> what;

  private QueryAudit(
      Transport transport, InetSocketAddress from, int transactionId, Supplier<String> what) {
    this.transport = transport;
    this.from = from;
    this.transactionId = transactionId;
    this.what = what;
  }

  /**
   * Of a message that is a query, or was refused as one.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static QueryAudit of(Transport transport, InetSocketAddress from, Incoming incoming) {
    if (incoming instanceof Incoming.Query asked) {
      return of(transport, from, asked.query());
    }
    if (incoming instanceof Incoming.Refused refused) {
      return of(transport, from, refused);
    }
    throw new IllegalArgumentException("no query: " + incoming);
  }

  /** The type of a query for the counters; 0 for what has none. */
  static int type(Incoming incoming) {
    if (incoming instanceof Incoming.Query asked) {
      return asked.query().type().code();
    }
    return incoming instanceof Incoming.Refused refused ? refused.queryType() : 0;
  }

  private static QueryAudit of(Transport transport, InetSocketAddress from, LeaseQuery query) {
    return new QueryAudit(
        transport,
        from,
        query.transactionId(),
        () ->
            "type="
                + query.type().code()
                + " "
                + text(query.key())
                + "link="
                + query.linkAddress());
  }

  private static QueryAudit of(
      Transport transport, InetSocketAddress from, Incoming.Refused refused) {
    return new QueryAudit(
        transport, from, refused.transactionId(), () -> "type=" + refused.queryType());
  }

  private static String text(QueryKey key) {
    if (key instanceof QueryKey.ByAddress held) {
      return "address=" + held.address() + " ";
    }
    if (key instanceof QueryKey.ByClientId client) {
      return "client=" + client.client() + " ";
    }
    if (key instanceof QueryKey.ByRelayId relay) {
      return "relay=" + relay.relay() + " ";
    }
    if (key instanceof QueryKey.ByRemoteId remote) {
      return "remote=" + remote.remote() + " ";
    }
    return "";
  }

  /** Who asked, as the line has it. */
  String from() {
    return NetUtil.toSocketAddressString(from);
  }

  /** What was asked, as the line has it. */
  String what() {
    return what.get();
  }

  /** Writes the line of a query of whose answer not one octet was sent. */
  void unanswered(Outcome outcome) {
    ended(-1, 0, 0, 0, outcome, Status.SUCCESS);
  }

  /**
   * Writes the line of a query that has ended.
   *
   * @param revision that its answer tells of; -1 if of none
   * @param status that it was told; not written if that is Success
   */
  void ended(
      long revision, long bindings, long octets, long nanos, Outcome outcome, Status status) {
    if (LOG.isInfoEnabled()) {
      LOG.info(
          "event=query by={} from={} xid={} {} revision={} bindings={} octets={} ms={} outcome={}{}",
          transport.text(),
          from(),
          String.format(Locale.ROOT, "%06x", transactionId),
          what.get(),
          revision,
          bindings,
          octets,
          nanos / 1_000_000,
          outcome.name().toLowerCase(Locale.ROOT),
          status.isSuccess() ? "" : " status=\"" + status + "\"");
    }
  }
}
