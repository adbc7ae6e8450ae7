package bindery.leasequery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.model.Duid;
import bindery.query.Answer;
import bindery.query.Answers;
import bindery.query.FedStore;
import bindery.query.ReadGate;
import bindery.query.ReadMode;
import bindery.store.ReadPoint;
import bindery.wire.Incoming;
import bindery.wire.Status;
import bindery.wire.StatusCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One scan thread with room for one step more, and what asks it for another. */
final class ScanThreadsTest {
  private static final String ANY = "00000000000000000000000000000000";
  private static final Incoming.Refused REFUSED =
      new Incoming.Refused(
          7,
          4,
          Duid.parse(RawRequestor.REQUESTOR),
          new Status(StatusCode.MALFORMED_QUERY, "of no matter"),
          false,
          false);

  private final LeasequeryStats stats = new LeasequeryStats();
  private final NoticeLimit notices = new NoticeLimit(System::nanoTime);
  private final ScanThreads scans = new ScanThreads(1, 1, LeasequeryLimits.PAGE_BYTES_MIN, notices);
  private final CountDownLatch letGo = new CountDownLatch(1);
  private FedStore store;
  private Answers answers;

  @BeforeEach
  void open(@TempDir Path folder) {
    store = FedStore.open(folder);
    ReadGate gate =
        new ReadGate(
            store::barrier,
            ReadMode.LINEARIZABLE,
            store::view,
            scans::execute,
            System::nanoTime,
            () -> 0);
    answers =
        new Answers(
            gate,
            store::view,
            scans::execute,
            System::nanoTime,
            Duration.ofSeconds(5),
            Set.of(),
            fault -> {});
    assertThat(answers.findServerId()).isPresent();
  }

  @AfterEach
  void close() {
    letGo.countDown();
    scans.close();
    store.close();
  }

  /** One step runs until it is let go, another one waits behind it. */
  private void fill() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    scans.execute(
        () -> {
          running.countDown();
          try {
            letGo.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    running.await();
    scans.execute(() -> {});
  }

  @Test
  void execute_fullOrClosed_isRefusedAndTellsWhich() throws Exception {
    fill();

    assertThatThrownBy(() -> scans.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("1 steps wait");
    assertThat(scans.isClosed()).isFalse();
    letGo.countDown();
    scans.close();
    assertThatThrownBy(() -> scans.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("stopping");
    assertThat(scans.isClosed()).isTrue();
  }

  /** The end of an answer on a channel of no network. */
  private static final class Ends implements AnswerPump.Owner {
    final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    @Override
    public void ended(AnswerPump pump, boolean closesConnection) {
      outcome.complete(pump.outcome());
    }

    @Override
    public void broken(Throwable cause) {
      outcome.completeExceptionally(cause);
    }
  }

  private AnswerPump pump(EmbeddedChannel channel, Ends ends) {
    QueryAudit audit =
        QueryAudit.of(
            Transport.TCP, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1_024), REFUSED);
    AnswerOpening opening = (point, endReason) -> answers.refused(REFUSED);
    return new AnswerPump(7, 4, opening, audit, scans, stats, channel, ends);
  }

  // An answer that finds no room is not cut off: its step comes again.
  @Test
  void answer_whileFull_comesWhenThereIsRoom() throws Exception {
    fill();
    EmbeddedChannel channel = new EmbeddedChannel();
    Ends ends = new Ends();
    pump(channel, ends).start();
    channel.runPendingTasks();
    assertThat(ends.outcome).isNotDone();
    letGo.countDown();

    await()
        .until(
            () -> {
              channel.runPendingTasks();
              return ends.outcome.isDone();
            });
    assertThat(ends.outcome.join()).isEqualTo(Outcome.REFUSED);
    ByteBuf written = channel.readOutbound();
    assertThat(written.readableBytes()).isPositive();
    written.release();
    assertThat(channel.finish()).isFalse();
  }

  @Test
  void answer_afterTheStop_isCutOff() {
    scans.close();
    EmbeddedChannel channel = new EmbeddedChannel();
    Ends ends = new Ends();
    pump(channel, ends).start();
    channel.runPendingTasks();

    assertThat(ends.outcome.join()).isEqualTo(Outcome.CUT_OFF);
    assertThat(channel.finish()).isFalse();
  }

  // What is abandoned before it is admitted ends when it is: not sooner, and without an octet.
  @Test
  void answer_abandonedBeforeItsAdmission_endsWithIt() {
    EmbeddedChannel channel = new EmbeddedChannel();
    Ends ends = new Ends();
    CompletableFuture<ReadPoint> admission = new CompletableFuture<>();
    AnswerPump pump = pump(channel, ends);
    pump.start(admission);
    pump.abandon();
    channel.runPendingTasks();
    assertThat(ends.outcome).isNotDone();
    assertThat(stats.answersInProgress()).isEqualTo(1);
    admission.complete(new ReadPoint(0, 0, 0));
    channel.runPendingTasks();

    assertThat(ends.outcome.join()).isEqualTo(Outcome.CUT_OFF);
    assertThat(stats.answersInProgress()).isZero();
    assertThat(channel.finish()).isFalse();
  }

  // A query by UDP that finds no room is over: it is counted, and may come again.
  @Test
  void datagram_whileFull_isDroppedAndIsInWorkNoMore() throws Exception {
    fill();
    Duration second = Duration.ofSeconds(1);
    FrontParts parts =
        new FrontParts(
            new LeasequeryLimits(10, 10, 1, 16, 0, 1 << 20, 1, second, second, second),
            answers,
            scans,
            stats,
            new Connections(10),
            new RequestorQueries(stats),
            notices);
    AccessList access = new AccessList(List.of());
    EmbeddedChannel socket =
        new EmbeddedChannel(
            new DatagramFront(RawDatagrams.options(false, 1, 1, 500).get(), parts, () -> access));
    InetSocketAddress from = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1_024);
    for (int id = 1; id <= 2; id++) {
      byte[] octets = HexFormat.of().parseHex(RawDatagrams.byClient(id, ANY, 1));
      socket.writeInbound(new DatagramPacket(Unpooled.wrappedBuffer(octets), from, from));
      socket.runPendingTasks();

      assertThat(stats.datagrams().dropped(DatagramDrop.UNSENT)).isEqualTo(id);
      assertThat(stats.datagrams().inWork()).isZero();
      assertThat(stats.datagrams().queries().count(2, Outcome.UNANSWERED)).isEqualTo(id);
    }
    assertThat(socket.finish()).isFalse();
  }

  @Test
  void page_isOfTheSizeThatWasAsked() {
    CompletableFuture<Integer> size = new CompletableFuture<>();
    scans.execute(() -> size.complete(scans.page().length));

    assertThat(size.join()).isEqualTo(LeasequeryLimits.PAGE_BYTES_MIN);
    assertThat(size.join()).isGreaterThan(Answer.PAGE_BYTES_MIN);
  }
}
