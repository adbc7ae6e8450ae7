package bindery.leasequery;

import bindery.model.Duid;
import bindery.wire.Incoming;
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
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
    implements ConnectionQueries.Connection {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

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

  private final InetSocketAddress requestor;
  private final FrontParts parts;
  private final Supplier<AccessList> access;
  private final ConnectionQueries queries;
  private final FrameDecoder frames;
  private final Deadlines deadlines = new Deadlines();

  private State state = State.OPEN;
  private boolean isInputEnded;
  private boolean hasLeft;
  private boolean isIdentifying;
  private volatile @Nullable ChannelHandlerContext context;
  private @Nullable ScheduledFuture<?> tick;

  /**
   * Of one connection.
   *
   * @param requestor its other end
   * @param access who may ask what, as it stands whenever it is asked
   */
  ConnectionHandler(
      InetSocketAddress requestor,
      FrontParts parts,
      Supplier<AccessList> access,
      Channel channel,
      FrameDecoder frames) {
    this.requestor = requestor;
    this.parts = parts;
    this.access = access;
    this.frames = frames;
    queries = new ConnectionQueries(requestor, parts, access, channel, this);
  }

  /** The other end. Any thread. */
  InetSocketAddress requestor() {
    return requestor;
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
    long every = Deadlines.tickMillis(dataTimeout(), parts.limits());
    tick =
        active
            .executor()
            .scheduleAtFixedRate(() -> checkDeadlines(active), every, every, TimeUnit.MILLISECONDS);
    readMore(active);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext reading, ByteBuf frame) {
    deadlines.frameNotAwaited();
    if (state != State.OPEN) {
      return;
    }
    byte[] message = new byte[frame.readableBytes()];
    frame.readBytes(message);
    Optional<Duid> serverId = parts.answers().serverId();
    if (serverId.isPresent()) {
      received(reading, QueryDecoder.decode(message, serverId.get()), serverId.get());
    } else {
      findServerId(reading, message);
    }
  }

  /** A node that starts learns the cluster's DUID from its log: until then no reply is valid. */
  private void findServerId(ChannelHandlerContext reading, byte[] message) {
    try {
      parts.scans().execute(() -> readServerId(reading, message));
      isIdentifying = true;
    } catch (RejectedExecutionException e) {
      discard(String.valueOf(e.getMessage()));
    }
  }

  private void readServerId(ChannelHandlerContext reading, byte[] message) {
    Optional<Duid> found = Optional.empty();
    try {
      found = parts.answers().findServerId();
    } catch (RuntimeException e) {
      LOG.error("event=identity_unreadable", e);
    }
    Optional<Duid> known = found;
    reading.executor().execute(() -> identified(reading, message, known));
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
      discard("this node has not learned the cluster's DUID yet, which every reply names");
    }
  }

  private void received(ChannelHandlerContext reading, Incoming incoming, Duid serverId) {
    if (incoming instanceof Incoming.Query || incoming instanceof Incoming.Refused) {
      queries.begin(incoming);
    } else if (incoming instanceof Incoming.StartTls tls) {
      refuseTls(reading, tls.transactionId(), serverId);
    } else if (incoming instanceof Incoming.Discard discard) {
      discard(discard.reason());
    }
  }

  @Override
  public void roomAgain() {
    ChannelHandlerContext open = context;
    if (open != null) {
      open.executor().execute(() -> retry(open));
    }
  }

  private void retry(ChannelHandlerContext reading) {
    queries.retry();
    if (state != State.CLOSED) {
      goOn(reading);
    }
  }

  private void goOn(ChannelHandlerContext open) {
    if (state == State.DRAINING) {
      drain(open);
    } else {
      readMore(open);
    }
  }

  private boolean isBusy() {
    return queries.isBusy() || isIdentifying;
  }

  private static void refuseTls(ChannelHandlerContext reading, int transactionId, Duid serverId) {
    byte[] page = new byte[ReplyEncoder.STATUS_FRAME_SIZE_MAX];
    int size =
        ReplyEncoder.writeTlsRefusal(page, 0, serverId, transactionId, "TLS is not offered here");
    reading.writeAndFlush(Unpooled.wrappedBuffer(page, 0, size));
  }

  private void discard(String reason) {
    discard(0, reason);
  }

  @Override
  public void discard(int queryType, String reason) {
    parts.stats().queries().add(queryType, Outcome.DISCARDED);
    if (parts.notices().admits()) {
      LOG.warn("event=message_discarded from={} reason=\"{}\"", requestor, reason);
    }
    ChannelHandlerContext open = context;
    if (open != null) {
      drain(open);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext reading) {
    readMore(reading);
  }

  private void readMore(ChannelHandlerContext reading) {
    if (state == State.OPEN
        && !isInputEnded
        && !isIdentifying
        && queries.haveRoom()
        && reading.channel().isWritable()) {
      if (frames.isInFrame()) {
        deadlines.frameAwaited();
      }
      reading.read();
    } else {
      deadlines.frameNotAwaited();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext triggered, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      isInputEnded = true;
      if (frames.isInFrame() && parts.notices().admits()) {
        LOG.warn("event=frame_cut_off from={} missing={}", requestor, frames.missing());
      }
      drain(triggered);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    if (changed.channel().isWritable()) {
      readMore(changed);
    }
  }

  @Override
  public void queryEnded(boolean closesConnection) {
    ChannelHandlerContext open = context;
    if (state == State.CLOSED) {
      leave();
    } else if (open != null) {
      deadlines.idleBegun();
      if (closesConnection) {
        drain(open);
      } else {
        goOn(open);
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
    if (isBusy()) {
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
    Duration dataTimeout = dataTimeout();
    if (state == State.OPEN && deadlines.isFrameOverdue(now, dataTimeout)) {
      new StallNotice(requestor, parts.stats()).ofFrame(frames.missing(), dataTimeout);
      drain(checked);
    }
    if (state == State.OPEN
        && !isBusy()
        && deadlines.isIdleOverdue(now, parts.limits().idleTimeout())) {
      parts.stats().countIdle();
      LOG.debug("event=connection_idle from={}", requestor);
      drain(checked);
    }
    int least = parts.limits().leastProgressBytes();
    OptionalLong moved = queries.movedIfStalled(now, dataTimeout.toNanos(), least);
    if (moved.isPresent()) {
      new StallNotice(requestor, parts.stats()).ofAnswers(moved.getAsLong(), least, dataTimeout);
      reset(checked.channel());
      return;
    }
    for (AnswerPump pump : queries.outstanding()) {
      if (pump.ageNanos(now) > parts.limits().maxAnswerTime().toNanos()) {
        if (pump.terminate(
            "the answer took longer than " + parts.limits().maxAnswerTime().toSeconds() + " s")) {
          parts.stats().countOverTime();
        }
      }
    }
  }

  private Duration dataTimeout() {
    return access
        .get()
        .find(requestor)
        .flatMap(RequestorRule::dataTimeout)
        .orElse(parts.limits().dataTimeout());
  }

  /** Closes at once, with what is unsent: its reader does not read. */
  private static void reset(Channel channel) {
    channel.config().setOption(io.netty.channel.ChannelOption.SO_LINGER, 0);
    channel.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("event=connection_lost from={}", requestor, cause);
    } else {
      LOG.error("event=connection_failed from={}", requestor, cause);
    }
    failed.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    state = State.CLOSED;
    if (tick != null) {
      tick.cancel(false);
    }
    queries.abandon();
    leave();
  }

  /** Gives the slot back once the last snapshot is released. */
  private void leave() {
    if (!isBusy() && !hasLeft) {
      hasLeft = true;
      parts.connections().remove(this);
      parts.stats().countClosed();
    }
  }

  /** Ends every answer with QueryTerminated, then the connection. Any thread. */
  void stop(String reason) {
    ChannelHandlerContext open = context;
    if (open != null) {
      open.executor()
          .execute(
              () -> {
                queries.terminate(reason);
                if (state != State.CLOSED) {
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
