package bindery.leasequery;

import bindery.model.Duid;
import bindery.query.Answers;
import bindery.wire.Incoming;
import bindery.wire.LeaseQuery;
import bindery.wire.QueryDecoder;
import bindery.wire.ReplyEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a requestor: its outstanding queries, its time-outs and its end.
 *
 * <p>Reads a frame only while a query more may be worked on. Whatever ends the reading - the
 * requestor's FIN, a message that cannot be answered, an answer that failed, the idle time-out -
 * drains the connection: the queries in progress are answered to their end, and {@link Linger}
 * closes it.
 *
 * <p>All of it runs on the connection's event loop, save {@link #stop} and {@link #cutOff}.
 */
// What becomes of a write or a close shows as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class ConnectionHandler extends SimpleChannelInboundHandler<ByteBuf>
    implements AnswerPump.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

  private static final long TICK_MILLIS_MIN = 5;
  private static final long TICK_MILLIS_MAX = 1_000;

  private enum State {
    /** Reading queries and answering them. */
    OPEN,
    /** Reading no more; the queries in progress are answered. */
    DRAINING,
    /** FIN is sent; {@link Linger} sees to the rest. */
    LINGERING,
    /** The channel is closed. */
    CLOSED
  }

  private final LeasequeryOptions options;
  private final Answers answers;
  private final ScanThreads scans;
  private final LeasequeryStats stats;
  private final Connections connections;
  private final NoticeLimit notices;
  private final FrameDecoder frames;
  // At most maxQueriesPerConnection.
  private final Map<Integer, AnswerPump> outstanding = new HashMap<>();

  private State state = State.OPEN;
  private boolean isInputEnded;
  private boolean hasLeft;
  private boolean isIdentifying;
  // The instant of the first octet of an unfinished frame, and since when nothing is outstanding.
  private long frameNanos;
  private long idleNanos;
  private volatile @Nullable ChannelHandlerContext context;
  private @Nullable ScheduledFuture<?> tick;

  ConnectionHandler(
      LeasequeryOptions options,
      Answers answers,
      ScanThreads scans,
      LeasequeryStats stats,
      Connections connections,
      NoticeLimit notices,
      FrameDecoder frames) {
    this.options = options;
    this.answers = answers;
    this.scans = scans;
    this.stats = stats;
    this.connections = connections;
    this.notices = notices;
    this.frames = frames;
  }

  /** How many octets the next read may take. */
  int readBytes() {
    return state == State.OPEN ? frames.missing() : Linger.DROP_BYTES;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    long now = System.nanoTime();
    idleNanos = now;
    long shortest =
        Math.min(
            Math.min(options.dataTimeout().toMillis(), options.idleTimeout().toMillis()),
            options.maxAnswerTime().toMillis());
    long every = Math.max(TICK_MILLIS_MIN, Math.min(TICK_MILLIS_MAX, shortest / 8));
    tick =
        active
            .executor()
            .scheduleAtFixedRate(() -> checkDeadlines(active), every, every, TimeUnit.MILLISECONDS);
    readMore(active);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext reading, ByteBuf frame) {
    frameNanos = 0;
    if (state != State.OPEN) {
      return;
    }
    byte[] message = new byte[frame.readableBytes()];
    frame.readBytes(message);
    Optional<Duid> serverId = answers.serverId();
    if (serverId.isPresent()) {
      received(reading, QueryDecoder.decode(message, serverId.get()), serverId.get());
    } else {
      findServerId(reading, message);
    }
  }

  /** A node that starts learns the cluster's DUID from its log: until then no reply is valid. */
  private void findServerId(ChannelHandlerContext reading, byte[] message) {
    scans.execute(
        () -> {
          Optional<Duid> found = Optional.empty();
          try {
            found = answers.findServerId();
          } catch (RuntimeException e) {
            LOG.error("event=identity_unreadable", e);
          }
          Optional<Duid> known = found;
          reading.executor().execute(() -> identified(reading, message, known));
        });
    isIdentifying = true;
  }

  private void identified(ChannelHandlerContext reading, byte[] message, Optional<Duid> found) {
    isIdentifying = false;
    if (state == State.CLOSED) {
      leave();
    } else if (state != State.OPEN) {
      drain(reading);
    } else if (found.isPresent()) {
      received(reading, QueryDecoder.decode(message, found.get()), found.get());
      readMore(reading);
    } else {
      discard(reading, "this node has not learned the cluster's DUID yet, which every reply names");
    }
  }

  private void received(ChannelHandlerContext reading, Incoming incoming, Duid serverId) {
    if (incoming instanceof Incoming.Query asked) {
      LeaseQuery query = asked.query();
      AnswerPump.Opening opening =
          (point, endReason) ->
              point == null || endReason != null
                  ? answers.terminated(query, String.valueOf(endReason))
                  : answers.begin(query, point);
      begin(reading, query.transactionId(), query.type().code(), opening)
          .ifPresent(pump -> pump.start(answers.admit(query)));
    } else if (incoming instanceof Incoming.Refused refused) {
      AnswerPump.Opening opening = (point, endReason) -> answers.refused(refused);
      begin(reading, refused.transactionId(), 0, opening).ifPresent(AnswerPump::start);
    } else if (incoming instanceof Incoming.StartTls tls) {
      refuseTls(reading, tls.transactionId(), serverId);
    } else if (incoming instanceof Incoming.Discard discard) {
      discard(reading, discard.reason());
    }
  }

  private Optional<AnswerPump> begin(
      ChannelHandlerContext reading, int transactionId, int queryType, AnswerPump.Opening opening) {
    if (outstanding.containsKey(transactionId)) {
      discard(
          reading,
          String.format(
              "transaction-id %06x is still outstanding here (expected another one for each query)",
              transactionId));
      return Optional.empty();
    }
    AnswerPump pump =
        new AnswerPump(transactionId, queryType, opening, scans, stats, reading.channel(), this);
    outstanding.put(transactionId, pump);
    return Optional.of(pump);
  }

  private static void refuseTls(ChannelHandlerContext reading, int transactionId, Duid serverId) {
    byte[] page = new byte[ReplyEncoder.STATUS_FRAME_SIZE_MAX];
    int size =
        ReplyEncoder.writeTlsRefusal(page, 0, serverId, transactionId, "TLS is not offered here");
    reading.writeAndFlush(Unpooled.wrappedBuffer(page, 0, size));
  }

  /** Answers nothing to a message, and reads no further one (V-04, V-18). */
  private void discard(ChannelHandlerContext reading, String reason) {
    stats.countQuery(0, Outcome.DISCARDED);
    if (notices.admits()) {
      LOG.warn(
          "event=message_discarded from={} reason=\"{}\"",
          reading.channel().remoteAddress(),
          reason);
    }
    drain(reading);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext reading) {
    if (frames.isInFrame() && frameNanos == 0) {
      frameNanos = System.nanoTime();
    }
    readMore(reading);
  }

  private void readMore(ChannelHandlerContext reading) {
    if (state == State.OPEN
        && !isInputEnded
        && !isIdentifying
        && outstanding.size() < options.maxQueriesPerConnection()
        && reading.channel().isWritable()) {
      reading.read();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext triggered, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      isInputEnded = true;
      if (frames.isInFrame() && notices.admits()) {
        LOG.warn(
            "event=frame_cut_off from={} missing={}",
            triggered.channel().remoteAddress(),
            frames.missing());
      }
      drain(triggered);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    if (changed.channel().isWritable()) {
      List.copyOf(outstanding.values()).forEach(AnswerPump::resume);
      readMore(changed);
    }
  }

  @Override
  public void ended(AnswerPump pump, boolean closesConnection) {
    outstanding.remove(pump.transactionId());
    ChannelHandlerContext open = context;
    if (state == State.CLOSED) {
      leave();
    } else if (open != null) {
      if (outstanding.isEmpty()) {
        idleNanos = System.nanoTime();
      }
      if (closesConnection || state == State.DRAINING) {
        drain(open);
      } else {
        readMore(open);
      }
    }
  }

  @Override
  public void broken(Throwable cause) {
    ChannelHandlerContext open = context;
    if (open != null) {
      exceptionCaught(open, cause);
    }
  }

  /** Reads no further query; once none is outstanding, sends FIN. */
  private void drain(ChannelHandlerContext draining) {
    if (state == State.OPEN) {
      state = State.DRAINING;
    }
    if (!outstanding.isEmpty() || isIdentifying) {
      return;
    }
    if (isInputEnded) {
      draining.close();
    } else if (state == State.DRAINING) {
      state = State.LINGERING;
      draining.pipeline().replace(frames, null, new Linger());
    }
  }

  private void checkDeadlines(ChannelHandlerContext checked) {
    long now = System.nanoTime();
    long dataNanos = options.dataTimeout().toNanos();
    if (state == State.OPEN && frameNanos != 0 && now - frameNanos > dataNanos) {
      stats.countStalled();
      LOG.warn(
          "event=frame_stalled from={} missing={} option=leasequery.data-timeout",
          checked.channel().remoteAddress(),
          frames.missing());
      drain(checked);
    }
    if (state == State.OPEN
        && outstanding.isEmpty()
        && !isIdentifying
        && frameNanos == 0
        && now - idleNanos > options.idleTimeout().toNanos()) {
      LOG.debug("event=connection_idle from={}", checked.channel().remoteAddress());
      drain(checked);
    }
    for (AnswerPump pump : new ArrayList<>(outstanding.values())) {
      if (pump.isStalled(now, dataNanos)) {
        stats.countStalled();
        LOG.warn(
            "event=answer_stalled from={} xid={} option=leasequery.data-timeout",
            checked.channel().remoteAddress(),
            pump.transactionId());
        reset(checked.channel());
        return;
      }
      if (pump.ageNanos(now) > options.maxAnswerTime().toNanos()) {
        pump.terminate("the answer took longer than " + options.maxAnswerTime().toSeconds() + " s");
      }
    }
  }

  /** Closes at once, with what is unsent: its reader does not read. */
  private static void reset(Channel channel) {
    channel.config().setOption(io.netty.channel.ChannelOption.SO_LINGER, 0);
    channel.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("event=connection_lost from={}", failed.channel().remoteAddress(), cause);
    } else {
      LOG.error("event=connection_failed from={}", failed.channel().remoteAddress(), cause);
    }
    failed.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    state = State.CLOSED;
    if (tick != null) {
      tick.cancel(false);
    }
    new ArrayList<>(outstanding.values()).forEach(AnswerPump::abandon);
    leave();
  }

  /** Gives the slot back once the last snapshot is released. */
  private void leave() {
    if (outstanding.isEmpty() && !isIdentifying && !hasLeft) {
      hasLeft = true;
      connections.remove(this);
      stats.countClosed();
    }
  }

  /** Ends every answer with QueryTerminated, then the connection. Any thread. */
  void stop(String reason) {
    ChannelHandlerContext open = context;
    if (open != null) {
      open.executor()
          .execute(
              () -> {
                if (state != State.CLOSED) {
                  new ArrayList<>(outstanding.values()).forEach(pump -> pump.terminate(reason));
                  drain(open);
                }
              });
    }
  }

  /** Closes the channel, whatever is under way. Any thread. */
  void cutOff() {
    ChannelHandlerContext open = context;
    if (open != null) {
      open.channel().close();
    }
  }
}
