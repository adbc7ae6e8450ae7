package bindery.leasequery;

import bindery.query.Answers;
import bindery.query.ReadBarrier;
import bindery.query.ReadGate;
import bindery.query.WithheldAnswers;
import bindery.store.StoreException;
import bindery.store.StoreView;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leasequery front of a node: listens on TCP (RFC 5460) and, where it is wanted, for datagrams
 * (RFC 5007), and answers queries from snapshots of the store.
 *
 * <p>Memory for answers is bounded by connections × queries × page, printed at the start. Started
 * and closed once, by one thread; everything else is its own.
 */
public final class LeasequeryServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeasequeryServer.class);

  private static final int LOOPS = 2;
  private static final int BACKLOG = 128;
  // How long a stopping node waits for requestors to take their last messages.
  private static final Duration DRAIN_MAX = Duration.ofSeconds(10);
  // What lies in the kernel stands between a slow requestor and the end of its answer. Left to
  // itself Linux takes 2.6 MB and more, which is longer than a stopping node waits.
  private static final int SEND_BUFFER_BYTES = 64 << 10;
  private static final Duration RELEASE_MAX = Duration.ofSeconds(5);
  private static final Duration UNLISTEN_MAX = Duration.ofSeconds(1);
  private static final Duration LOOPS_MAX = Duration.ofSeconds(3);

  /** How long {@link #close} takes at most. */
  public static final Duration CLOSE_MAX =
      UNLISTEN_MAX.plus(DRAIN_MAX).plus(RELEASE_MAX).plus(ScanThreads.CLOSE_MAX).plus(LOOPS_MAX);

  // For what is looked up beside the answers: the cluster's DUID.
  private static final int STEPS_SPARE = 16;
  // So that no datagram is cut off when it is read.
  private static final int DATAGRAM_BYTES_MAX = 65_535;
  private static final Duration REFRESH_EVERY = Duration.ofSeconds(5);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final LeasequeryOptions options;
  private final Answers answers;
  private volatile AccessList access;
  private final LeasequeryStats stats = new LeasequeryStats();
  private final Connections connections;
  private final FrontParts parts;
  private final NoticeLimit notices = new NoticeLimit(System::nanoTime);
  private final ScanThreads scans;
  private final EventLoopGroup loops;
  private final List<Channel> listeners = new ArrayList<>();
  private @Nullable Channel datagramSocket;

  private LeasequeryServer(
      LeasequeryOptions options,
      ReadBarrier barrier,
      Supplier<StoreView> views,
      Consumer<StoreException> onStoreFault) {
    this.options = options;
    access = new AccessList(options.requestors());
    LeasequeryLimits limits = options.limits();
    connections = new Connections(limits.maxConnections());
    scans =
        new ScanThreads(
            options.scanThreads(),
            limits.maxConnections() * limits.maxQueriesPerConnection()
                + options.datagrams().map(DatagramOptions::maxQueries).orElse(0)
                + STEPS_SPARE,
            limits.pageBytes(),
            notices);
    ReadGate gate =
        new ReadGate(
            barrier,
            options.reads(),
            views,
            scans::execute,
            System::nanoTime,
            System::currentTimeMillis);
    answers =
        new Answers(
            gate,
            views,
            scans::execute,
            System::nanoTime,
            options.barrierTimeout(),
            options.sensitiveOptions(),
            onStoreFault);
    parts =
        new FrontParts(
            limits, answers, scans, stats, connections, new RequestorQueries(stats), notices);
    loops =
        new MultiThreadIoEventLoopGroup(
            LOOPS, new DefaultThreadFactory("leasequery", true), NioIoHandler.newFactory());
  }

  /**
   * Listens on every address of the options.
   *
   * @param barrier asked once for each query that could be answered
   * @param views pins a snapshot of the store; the server closes what it asks for, all of it before
   *     {@link #close} returns
   * @param onStoreFault told, on a scan thread, when the store cannot be trusted any more; the
   *     answer that met the fault has ended with QueryTerminated, and the node should stop
   * @throws IOException if an address cannot be listened on; the message names it, the option and,
   *     for want of a right, the capability. Nothing is listened on then
   */
  public static LeasequeryServer start(
      LeasequeryOptions options,
      ReadBarrier barrier,
      Supplier<StoreView> views,
      Consumer<StoreException> onStoreFault)
      throws IOException {
    LeasequeryServer server = new LeasequeryServer(options, barrier, views, onStoreFault);
    try {
      for (InetSocketAddress address : options.listen()) {
        server.listen(address, "leasequery.listen", Optional.empty());
      }
      if (options.secure().isPresent()) {
        SecureListen secure = options.secure().get();
        server.listen(
            secure.listen(), "leasequery.tls-listen", Optional.of(new SecureConnections(secure)));
      }
      var unused = server.answers.findServerId();
      if (options.datagrams().isPresent()) {
        server.listenForDatagrams(options.datagrams().get());
      }
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    server.announce();
    server.refreshRegularly();
    server.lookForServerId();
    return server;
  }

  private void listen(InetSocketAddress address, String option, Optional<SecureConnections> secure)
      throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(
                    options.limits().pageBytes() / 4, options.limits().pageBytes() / 2))
            .childHandler(new Acceptor(options.limits(), parts, () -> access, secure));
    listeners.add(bound(bootstrap.bind(address), address, option));
  }

  private void listenForDatagrams(DatagramOptions datagrams) throws IOException {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(NioDatagramChannel.class)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAM_BYTES_MAX))
            .handler(new DatagramFront(datagrams, parts, () -> access));
    InetSocketAddress address = datagrams.listen();
    datagramSocket = bound(bootstrap.bind(address), address, "leasequery.udp-listen");
  }

  private static Channel bound(ChannelFuture binding, InetSocketAddress address, String option)
      throws IOException {
    ChannelFuture ended = binding.awaitUninterruptibly();
    Throwable cause = ended.cause();
    if (cause != null) {
      throw new IOException(bindFailure(address, option, cause), cause);
    }
    return ended.channel();
  }

  static String bindFailure(InetSocketAddress address, String option, Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    String advice =
        text.contains("Permission denied")
            ? " (a port below 1024 needs the capability CAP_NET_BIND_SERVICE; give it to the"
                + " program, or choose another port by the option "
                + option
                + ")"
            : " (choose another address or port by the option " + option + ")";
    return "cannot listen for leasequery on " + address + ": " + text + advice;
  }

  /**
   * Puts another list of requestors in the place of the one before. Connections from addresses that
   * it does not have end; queries in work go on by the list that they were begun with, and those
   * that wait for room go by what the new one gives.
   */
  public void setRequestors(List<RequestorRule> rules) {
    AccessList next = new AccessList(rules);
    access = next;
    connections.all().stream()
        .filter(connection -> !next.admits(connection.requestor()))
        .forEach(connection -> connection.stop("this requestor is not listed any more"));
    parts
        .shares()
        .limitsChanged(address -> RequestorQueries.most(next.find(address), options.limits()));
    LOG.info("event=requestors_changed entries={}", rules.size());
    warnIfLoopbackOnly();
  }

  /** Whether nobody is listed, so that only this host may ask. */
  public boolean isLoopbackOnly() {
    return access.isLoopbackOnly();
  }

  private void warnIfLoopbackOnly() {
    if (access.isLoopbackOnly()) {
      LOG.warn(
          "event=requestors_loopback_only: no requestor is listed, so only this host may ask;"
              + " name the relays by the option leasequery.requestors");
    }
  }

  private void announce() {
    warnIfLoopbackOnly();
    LeasequeryLimits limits = options.limits();
    LOG.info(
        "event=leasequery_listening on={} connections={} queries={} page={} answer_memory_max={}",
        addresses(),
        limits.maxConnections(),
        limits.maxQueriesPerConnection(),
        limits.pageBytes(),
        options.answerBytesMax());
    options.datagrams().ifPresent(this::announce);
  }

  private void refreshRegularly() {
    var unused =
        loops.scheduleWithFixedDelay(
            () -> {
              answers.refresh(REFRESH_EVERY);
              tellLeftOut();
            },
            REFRESH_EVERY.toMillis(),
            REFRESH_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void announce(DatagramOptions datagrams) {
    LOG.info(
        "event=leasequery_udp_listening on={} relayed={} queries={} queries_each={} rate={}",
        datagramAddress().orElseThrow(),
        datagrams.answersRelayed(),
        datagrams.maxQueries(),
        datagrams.maxQueriesPerRequestor(),
        datagrams.maxPerSecond());
  }

  /**
   * Looks until it is found: a node that starts learns the cluster's DUID from its log, and a
   * datagram does not wait.
   */
  private void lookForServerId() {
    if (answers.serverId().isPresent()) {
      return;
    }
    try {
      scans.execute(this::readServerId);
    } catch (RejectedExecutionException e) {
      LOG.debug("event=identity_not_read: the cluster's DUID is not looked for now", e);
    }
    try {
      var unused =
          loops.schedule(this::lookForServerId, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("event=stopping: the cluster's DUID is not looked for", e);
    }
  }

  private void readServerId() {
    try {
      var unused = answers.findServerId();
    } catch (RuntimeException e) {
      if (notices.admits()) {
        LOG.error("event=identity_unreadable", e);
      }
    }
  }

  private void tellLeftOut() {
    long count = notices.takeLeftOut();
    if (count > 0) {
      LOG.warn(
          "event=notices_left_out count={} limit_per_second={}", count, NoticeLimit.PER_SECOND);
    }
  }

  /** Where it listens, in the order of the options, TLS last; the port taken in place of 0. */
  public List<InetSocketAddress> addresses() {
    return listeners.stream().map(listener -> (InetSocketAddress) listener.localAddress()).toList();
  }

  /** Where it listens for datagrams, the port taken in place of 0; empty if it does not. */
  public Optional<InetSocketAddress> datagramAddress() {
    return Optional.ofNullable(datagramSocket)
        .map(socket -> (InetSocketAddress) socket.localAddress());
  }

  /** How many reads were let through without a majority. */
  public long staleReads() {
    return answers.staleReads();
  }

  /** The answers that were withheld since nothing might be said by "there is nothing". */
  public WithheldAnswers withheld() {
    return answers.withheld();
  }

  /** The counters. */
  public LeasequeryStats stats() {
    return stats;
  }

  /**
   * Stops: lets nobody in, ends every answer with QueryTerminated while its socket takes it, and
   * returns when every snapshot is released. Blocks for at most {@link #CLOSE_MAX}; closing again
   * does nothing.
   */
  @Override
  public void close() {
    unlisten();
    List<ConnectionHandler> open = connections.close();
    open.forEach(connection -> connection.stop("the node is stopping"));
    try {
      if (!connections.awaitNone(DRAIN_MAX)) {
        open.forEach(ConnectionHandler::cutOff);
        if (!connections.awaitNone(RELEASE_MAX)) {
          LOG.error("event=answers_unreleased count={}", stats.snapshotsPinned());
        }
      }
    } catch (InterruptedException e) {
      open.forEach(ConnectionHandler::cutOff);
      Thread.currentThread().interrupt();
    }
    scans.close();
    loops
        .shutdownGracefully(0, LOOPS_MAX.toSeconds() - 1, TimeUnit.SECONDS)
        .awaitUninterruptibly(LOOPS_MAX.toSeconds(), TimeUnit.SECONDS);
    tellLeftOut();
  }

  private void unlisten() {
    List<ChannelFuture> closing = new ArrayList<>(listeners.stream().map(Channel::close).toList());
    if (datagramSocket != null) {
      closing.add(datagramSocket.close());
    }
    long end = System.nanoTime() + UNLISTEN_MAX.toNanos();
    for (ChannelFuture closed : closing) {
      closed.awaitUninterruptibly(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }
}
