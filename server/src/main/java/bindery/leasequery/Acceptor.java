package bindery.leasequery;

import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets new connections in, each with a handler of its own, or turns them away: whose address is not
 * listed, and what is over a limit (S-03, S-04).
 *
 * <p>Any thread.
 */
// A connection turned away is closed; whether the peer hears of it is its own matter.
@SuppressWarnings("FutureReturnValueIgnored")
final class Acceptor extends ChannelInitializer<SocketChannel> {
  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
  // Of TLS (RFC 8446 5.1): what is read then is no frame yet.
  private static final int RECORD_BYTES_MAX = 16_384 + 256;

  private final LeasequeryLimits limits;
  private final FrontParts parts;
  private final Supplier<AccessList> access;
  private final Optional<SecureConnections> secure;

  /**
   * Of one front.
   *
   * @param access who may ask what, as it stands whenever it is asked
   * @param secure what TLS needs; empty for none
   */
  Acceptor(
      LeasequeryLimits limits,
      FrontParts parts,
      Supplier<AccessList> access,
      Optional<SecureConnections> secure) {
    this.limits = limits;
    this.parts = parts;
    this.access = access;
    this.secure = secure;
  }

  @Override
  protected void initChannel(SocketChannel channel) {
    InetSocketAddress requestor = channel.remoteAddress();
    AccessList now = access.get();
    Optional<RequestorRule> rule = requestor == null ? Optional.empty() : now.find(requestor);
    if (requestor == null || rule.isEmpty()) {
      parts.stats().countTurnedAway();
      if (parts.notices().admits()) {
        LOG.warn("event=requestor_not_listed from={} option=leasequery.requestors", requestor);
      }
      channel.close();
      return;
    }
    FrameDecoder frames = new FrameDecoder();
    ConnectionHandler connection = new ConnectionHandler(requestor, parts, access, channel, frames);
    int most = rule.get().maxConnections().orElse(limits.maxConnectionsPerRequestor());
    Connections.Admission admission =
        parts.connections().add(connection, rule.get(), most, now.lastSlot());
    if (admission != Connections.Admission.ADMITTED) {
      turnAway(channel, requestor, admission, most);
      return;
    }
    parts.stats().countAccepted();
    if (secure.isPresent()) {
      channel.config().setRecvByteBufAllocator(new FrameSizedReads(() -> RECORD_BYTES_MAX));
      channel
          .pipeline()
          .addLast(
              secure.get().handler(channel.alloc()),
              new SecureInput(requestor, secure.get(), parts.stats(), connection::readBytes));
    } else {
      channel.config().setRecvByteBufAllocator(new FrameSizedReads(connection::readBytes));
    }
    channel.pipeline().addLast(frames, connection);
  }

  private void turnAway(
      SocketChannel channel, InetSocketAddress requestor, Connections.Admission why, int most) {
    String notice = "";
    switch (why) {
      case FULL -> {
        parts.stats().countOverCap();
        notice =
            "event=connections_exhausted limit="
                + limits.maxConnections()
                + " option=leasequery.max-connections";
      }
      case REQUESTOR_FULL -> {
        parts.stats().countOverRequestorCap();
        notice =
            "event=requestor_exhausted limit="
                + most
                + " option=\"leasequery.max-connections-per-requestor, or max-connections of its"
                + " entry\"";
      }
      case KEPT_FOR_OTHERS -> {
        parts.stats().countKeptForOthers();
        notice =
            "event=last_slot_kept open="
                + (limits.maxConnections() - 1)
                + " limit="
                + limits.maxConnections()
                + " option=leasequery.max-connections";
      }
      case STOPPING, ADMITTED -> {}
    }
    if (!notice.isEmpty() && parts.notices().admits()) {
      LOG.warn("{} from={}", notice, requestor);
    }
    channel.close();
  }
}
