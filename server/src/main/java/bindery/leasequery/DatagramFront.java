package bindery.leasequery;

import bindery.model.Duid;
import bindery.model.FutureFailure;
import bindery.query.DatagramAnswer;
import bindery.query.DatagramAnswers;
import bindery.wire.Incoming;
import bindery.wire.LeaseQuery;
import bindery.wire.MalformedMessageException;
import bindery.wire.QueryDecoder;
import bindery.wire.RelayPath;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leasequery by UDP (RFC 5007) at one socket: a query in, one reply out, and nothing kept between
 * (U-12).
 *
 * <p>Whatever is wrong with a datagram, or too much, is dropped and counted: its sender asks again.
 * A reply goes back the way that the query came.
 *
 * <p>All of it runs on the socket's event loop, save the making of a reply.
 */
final class DatagramFront extends SimpleChannelInboundHandler<DatagramPacket> {
  private static final Logger LOG = LoggerFactory.getLogger(DatagramFront.class);

  private final DatagramOptions options;
  private final FrontParts parts;
  private final DatagramStats stats;
  private final DatagramAnswers replies;
  private final Supplier<AccessList> access;
  private final RequestorRate rate;
  private final DatagramQueries inWork;

  /**
   * Of one socket.
   *
   * @param access who may ask what, as it stands whenever it is asked
   */
  DatagramFront(DatagramOptions options, FrontParts parts, Supplier<AccessList> access) {
    this.options = options;
    this.parts = parts;
    this.access = access;
    stats = parts.stats().datagrams();
    replies = new DatagramAnswers(parts.answers());
    inWork = new DatagramQueries(options.maxQueries());
    rate = new RequestorRate(options.maxPerSecond(), System::nanoTime);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext reading, DatagramPacket datagram) {
    InetSocketAddress from = datagram.sender();
    Optional<RequestorRule> rule = access.get().find(from);
    if (rule.isEmpty()) {
      drop(DatagramDrop.NOT_LISTED, from, "not listed by the option leasequery.requestors");
      return;
    }
    if (!rate.admits(from.getAddress())) {
      drop(DatagramDrop.TOO_MANY, from, "over the option leasequery.udp-max-rate");
      return;
    }
    byte[] octets = new byte[datagram.content().readableBytes()];
    datagram.content().readBytes(octets);
    try {
      received(reading, from, rule.get(), RelayPath.read(octets));
    } catch (MalformedMessageException e) {
      drop(DatagramDrop.DISCARDED, from, "a message that cannot be read: " + e.getMessage());
    }
  }

  private void received(
      ChannelHandlerContext reading, InetSocketAddress from, RequestorRule rule, RelayPath path) {
    if (path.isRelayed() && !options.answersRelayed()) {
      drop(DatagramDrop.RELAYED, from, "relayed, see the option leasequery.udp-relayed");
      return;
    }
    if (DatagramQuery.room(from, path) < DatagramAnswers.ROOM_MIN) {
      drop(DatagramDrop.DISCARDED, from, "its way back leaves no room for a reply");
      return;
    }
    Optional<Duid> serverId = parts.answers().serverId();
    if (serverId.isEmpty()) {
      drop(DatagramDrop.BUSY, from, "this node has not learned the cluster's DUID yet");
      return;
    }
    Incoming incoming = QueryDecoder.decodeDatagram(path.message().toArray(), serverId.get());
    if (incoming instanceof Incoming.Query asked) {
      LeaseQuery query = asked.query();
      answer(reading, DatagramQuery.of(from, path, query.transactionId(), incoming), query, rule);
    } else if (incoming instanceof Incoming.Refused refused) {
      DatagramQuery query = DatagramQuery.of(from, path, refused.transactionId(), incoming);
      byte[] page = new byte[DatagramAnswers.ROOM_MIN];
      send(reading, query, replies.refused(refused, page), System.nanoTime());
    } else if (incoming instanceof Incoming.Discard discard) {
      drop(DatagramDrop.DISCARDED, from, discard.reason());
    }
  }

  private void answer(
      ChannelHandlerContext reading, DatagramQuery asked, LeaseQuery query, RequestorRule rule) {
    InetSocketAddress from = asked.from();
    if (inWork.contains(asked)) {
      drop(DatagramDrop.REPEATED, from, "sent again while in work");
      return;
    }
    if (inWork.of(from.getAddress())
        >= rule.maxQueries().orElse(options.maxQueriesPerRequestor())) {
      drop(
          DatagramDrop.TOO_MANY,
          asked,
          "over its max-queries, or leasequery.udp-max-queries-per-requestor");
      return;
    }
    if (inWork.isFull()) {
      drop(DatagramDrop.BUSY, asked, "over the option leasequery.udp-max-queries");
      return;
    }
    inWork.begin(asked);
    stats.begun();
    long begunNanos = System.nanoTime();
    parts
        .answers()
        .admit(query)
        .whenComplete(
            (point, failure) ->
                make(
                    reading,
                    asked,
                    begunNanos,
                    page ->
                        failure == null
                            ? replies.answer(query, rule.scope(), point, page, asked.room())
                            : replies.terminated(query, reason(failure), page)));
  }

  private static String reason(Throwable failure) {
    return String.valueOf(FutureFailure.cause(failure).getMessage());
  }

  /** Has the reply made by a thread that may read the store. Any thread. */
  private void make(
      ChannelHandlerContext reading,
      DatagramQuery asked,
      long begunNanos,
      Function<byte[], DatagramAnswer> maker) {
    try {
      parts
          .scans()
          .execute(
              () -> {
                DatagramAnswer reply = null;
                try {
                  reply = maker.apply(parts.scans().page());
                } catch (RuntimeException | Error e) {
                  LOG.error("event=answer_failed xid={}", asked.transactionId(), e);
                }
                DatagramAnswer made = reply;
                onLoop(reading, () -> made(reading, asked, made, begunNanos));
              });
    } catch (RejectedExecutionException e) {
      String reason = String.valueOf(e.getMessage());
      onLoop(reading, () -> unmade(asked, reason));
    }
  }

  private static void onLoop(ChannelHandlerContext reading, Runnable end) {
    try {
      reading.channel().eventLoop().execute(end);
    } catch (RejectedExecutionException e) {
      LOG.debug("event=stopping: a query by UDP goes unanswered", e);
    }
  }

  private void made(
      ChannelHandlerContext reading,
      DatagramQuery asked,
      @Nullable DatagramAnswer reply,
      long begunNanos) {
    if (reply == null) {
      unmade(asked, "its reply could not be made");
      return;
    }
    inWork.end(asked);
    stats.ended();
    send(reading, asked, reply, begunNanos);
  }

  private void unmade(DatagramQuery asked, String reason) {
    inWork.end(asked);
    stats.ended();
    drop(DatagramDrop.UNSENT, asked, reason);
  }

  private void send(
      ChannelHandlerContext reading, DatagramQuery asked, DatagramAnswer reply, long begunNanos) {
    if (!reading.channel().isWritable()) {
      drop(DatagramDrop.UNSENT, asked, "the socket takes no more");
      return;
    }
    byte[] octets = asked.path().wrap(reply.message());
    reading
        .writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(octets), asked.replyTo()))
        .addListener(
            sent -> {
              if (sent.isSuccess()) {
                ended(asked, reply, octets.length, begunNanos);
              } else {
                drop(DatagramDrop.UNSENT, asked, String.valueOf(sent.cause()));
              }
            });
  }

  private void ended(DatagramQuery asked, DatagramAnswer reply, int octets, long begunNanos) {
    Outcome outcome = Outcome.of(reply.result());
    stats.queries().add(asked.type(), outcome);
    if (reply.linksLeftOut() > 0) {
      stats.countLinksLeftOut(reply.linksLeftOut());
      if (parts.notices().admits()) {
        LOG.warn(
            "event=links_left_out from={} count={}: all of their addresses lead to other links;"
                + " give each a prefix or an alias of its own (bindery link put)",
            asked.from(),
            reply.linksLeftOut());
      }
    }
    long nanos = System.nanoTime() - begunNanos;
    asked.audit().ended(reply.revision(), reply.bindings(), octets, nanos, outcome, reply.status());
  }

  /** Drops what was read as a query. */
  private void drop(DatagramDrop why, DatagramQuery asked, String reason) {
    stats.queries().add(asked.type(), Outcome.UNANSWERED);
    asked.audit().unanswered(Outcome.UNANSWERED);
    drop(why, asked.from(), reason);
  }

  private void drop(DatagramDrop why, InetSocketAddress from, String reason) {
    stats.countDrop(why);
    if (why != DatagramDrop.REPEATED && parts.notices().admits()) {
      LOG.warn("event=datagram_dropped from={} why={} reason=\"{}\"", from, why, reason);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
    // Of one datagram: the socket goes on.
    LOG.error("event=datagram_failed", cause);
  }
}
