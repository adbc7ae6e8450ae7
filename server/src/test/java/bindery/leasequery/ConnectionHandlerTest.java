package bindery.leasequery;

import static bindery.leasequery.RawRequestor.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.query.Answers;
import bindery.query.FedStore;
import bindery.query.ReadGate;
import bindery.query.ReadMode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connection on a channel of no network, whose readiness to write is the test's. */
final class ConnectionHandlerTest {
  private static final String QUERY = query(7, 4, "20010db8000a00000000000000000000", "");
  private static final int WRITABILITY = 1;

  private final LeasequeryStats stats = new LeasequeryStats();
  private final NoticeLimit notices = new NoticeLimit(System::nanoTime);
  private final ScanThreads scans =
      new ScanThreads(1, 10, LeasequeryLimits.PAGE_BYTES_MIN, notices);
  private FedStore store;
  private FrontParts parts;

  @BeforeEach
  void open(@TempDir Path folder) {
    store = FedStore.open(folder).link("a", List.of("2001:db8:a::/64"), List.of());
    ReadGate gate =
        new ReadGate(
            store::barrier,
            ReadMode.LINEARIZABLE,
            store::view,
            scans::execute,
            System::nanoTime,
            () -> 0);
    Answers answers =
        new Answers(
            gate,
            store::view,
            scans::execute,
            System::nanoTime,
            Duration.ofSeconds(5),
            Set.of(),
            fault -> {});
    assertThat(answers.findServerId()).isPresent();
    Duration hour = Duration.ofHours(1);
    LeasequeryLimits limits =
        new LeasequeryLimits(10, 10, 1, 16, 0, 1 << 20, 1, Duration.ofMillis(300), hour, hour);
    parts =
        new FrontParts(
            limits,
            answers,
            scans,
            stats,
            new Connections(10),
            new RequestorQueries(stats),
            notices);
  }

  @AfterEach
  void close() {
    scans.close();
    store.close();
  }

  private EmbeddedChannel connection() {
    InetSocketAddress requestor = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1_024);
    AccessList access = new AccessList(List.of());
    EmbeddedChannel channel = new EmbeddedChannel();
    FrameDecoder frames = new FrameDecoder();
    channel
        .pipeline()
        .addLast(frames, new ConnectionHandler(requestor, parts, () -> access, channel, frames));
    channel.pipeline().fireChannelActive();
    return channel;
  }

  private static void receive(EmbeddedChannel channel, String hex) {
    channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
  }

  private static void setWritable(EmbeddedChannel channel, boolean isWritable) {
    channel.unsafe().outboundBuffer().setUserDefinedWritability(WRITABILITY, isWritable);
    channel.runPendingTasks();
  }

  // S-06: while the server does not read, it is not the requestor that is waited for.
  @Test
  void frame_whileTheServerDoesNotRead_isNotOverdue() {
    EmbeddedChannel unread = connection();
    receive(unread, QUERY.substring(0, 20));
    setWritable(unread, false);
    receive(unread, QUERY.substring(20, 22)); // what was to be read already
    // Begun later, and overdue all the same.
    EmbeddedChannel clock = connection();
    receive(clock, QUERY.substring(0, 20));
    await()
        .until(
            () -> {
              unread.runScheduledPendingTasks();
              clock.runScheduledPendingTasks();
              return stats.stalled() > 0;
            });
    unread.runScheduledPendingTasks();

    assertThat(stats.stalled()).isEqualTo(1);
    setWritable(unread, true);
    receive(unread, QUERY.substring(22));
    await()
        .until(
            () -> {
              unread.runPendingTasks();
              return stats.queries().count(4, Outcome.TERMINATED)
                      + stats.queries().count(4, Outcome.EMPTY)
                  == 1;
            });
    ByteBuf reply = unread.readOutbound();
    assertThat(reply.readableBytes()).isPositive();
    reply.release();
    clock.finishAndReleaseAll();
    unread.finishAndReleaseAll();
  }
}
