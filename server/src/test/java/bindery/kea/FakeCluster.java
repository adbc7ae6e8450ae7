package bindery.kea;

import bindery.model.HostPort;
import bindery.v1.Ack;
import bindery.v1.AdminGrpc;
import bindery.v1.Batch;
import bindery.v1.Exchange;
import bindery.v1.FeedGrpc;
import bindery.v1.FeedRequest;
import bindery.v1.FeedResponse;
import bindery.v1.Item;
import bindery.v1.ItemResult;
import bindery.v1.LeaseUpdate;
import bindery.v1.Link;
import bindery.v1.ListLinksRequest;
import bindery.v1.ListLinksResponse;
import bindery.v1.Open;
import bindery.v1.Opened;
import bindery.v1.PutLinkRequest;
import bindery.v1.PutLinkResponse;
import bindery.v1.RejectReason;
import bindery.v1.StatusRequest;
import bindery.v1.StatusResponse;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The API on loopback over leases in a map: one feeder, whose later item wins, with the cluster's
 * rules for sessions and syncs. A test may hold acknowledgements back, restore it, or fence.
 */
public final class FakeCluster implements AutoCloseable {
  @GuardedBy("this") private final Set<Integer> held = new TreeSet<>();

  @GuardedBy("this") private final Set<Integer> marked = new HashSet<>();

  @GuardedBy("this") private final List<Item> items = new ArrayList<>();

  @GuardedBy("this") private final List<Open> opens = new ArrayList<>();

  @GuardedBy("this") private final Map<String, Link> links = new TreeMap<>();

  @GuardedBy("this") private final Deque<Runnable> acks = new ArrayDeque<>();

  @GuardedBy("this") private final List<StreamObserver<FeedResponse>> streams = new ArrayList<>();

  @GuardedBy("this") private boolean isHolding;

  @GuardedBy("this") private long epoch;

  @GuardedBy("this") private long lastSequence;

  @GuardedBy("this") private long sourceClockMillis;

  @GuardedBy("this") private ByteString incarnation = ByteString.copyFromUtf8("the first of them");

  private final Server server;

  /** On a port of its own. */
  public FakeCluster() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Feed())
            .addService(new Admin())
            .build()
            .start();
  }

  public HostPort address() {
    return HostPort.parse("127.0.0.1:" + server.getPort());
  }

  /** The numbers of the clients that hold a lease. */
  public synchronized Set<Integer> held() {
    return Set.copyOf(held);
  }

  /** Everything that was told, in order. */
  public synchronized List<Item> items() {
    return List.copyOf(items);
  }

  public synchronized long exchanges() {
    return items.stream().filter(Item::hasExchange).count();
  }

  public synchronized long syncs() {
    return items.stream().filter(Item::hasBeginSync).count();
  }

  public synchronized long alives() {
    return items.stream().filter(Item::hasAlive).count();
  }

  public synchronized List<Open> opens() {
    return List.copyOf(opens);
  }

  public synchronized Set<String> links() {
    return Set.copyOf(links.keySet());
  }

  public synchronized long sourceClockMillis() {
    return sourceClockMillis;
  }

  /** From now on items are applied and not acknowledged. */
  public synchronized void hold() {
    isHolding = true;
  }

  /** What was held back is acknowledged, and all that follows. */
  public synchronized void release() {
    isHolding = false;
    while (!acks.isEmpty()) {
      acks.remove().run();
    }
  }

  /** It comes back from a copy of when there was nothing. */
  public synchronized void restore() {
    incarnation = ByteString.copyFromUtf8("another than that");
    epoch = 0;
    lastSequence = 0;
    held.clear();
    end(Status.UNAVAILABLE.withDescription("restored"));
  }

  /** Another program comes with a higher epoch. */
  public synchronized void fence() {
    epoch = Long.MAX_VALUE / 2;
    end(Status.FAILED_PRECONDITION.withDescription("held epoch " + epoch));
  }

  /** Another program came and went while nobody fed. */
  public synchronized void pass(long otherEpoch) {
    epoch = otherEpoch;
    lastSequence = 5;
  }

  @GuardedBy("this") private void end(Status status) {
    streams.forEach(stream -> stream.onError(status.asRuntimeException()));
    streams.clear();
    acks.clear();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private synchronized void gone(StreamObserver<FeedResponse> responses) {
    streams.remove(responses);
    acks.clear();
  }

  private synchronized void open(Open open, StreamObserver<FeedResponse> responses) {
    opens.add(open);
    if (open.getEpoch() < epoch) {
      responses.onError(
          Status.FAILED_PRECONDITION.withDescription("held epoch " + epoch).asRuntimeException());
      return;
    }
    if (open.getEpoch() > epoch) {
      epoch = open.getEpoch();
      lastSequence = 0;
    }
    streams.add(responses);
    responses.onNext(
        FeedResponse.newBuilder()
            .setOpened(
                Opened.newBuilder()
                    .setSession(opens.size())
                    .setLastSequence(lastSequence)
                    .setIncarnation(incarnation))
            .build());
  }

  private synchronized void take(Batch batch, StreamObserver<FeedResponse> responses) {
    Ack.Builder ack =
        Ack.newBuilder().setThroughSequence(batch.getFirstSequence() + batch.getItemsCount() - 1);
    sourceClockMillis = batch.getSourceClockMillis();
    for (int i = 0; i < batch.getItemsCount(); i++) {
      long sequence = batch.getFirstSequence() + i;
      if (sequence <= lastSequence) {
        continue;
      }
      if (sequence != lastSequence + 1) {
        throw new IllegalStateException("a gap: " + sequence + " after " + lastSequence);
      }
      lastSequence = sequence;
      items.add(batch.getItems(i));
      if (!apply(batch.getItems(i))) {
        ack.addResults(
            ItemResult.newBuilder()
                .setSequence(sequence)
                .setOutcome(ItemResult.Outcome.REJECTED)
                .setReason(RejectReason.BAD_CLIENT));
      }
    }
    Runnable send = () -> responses.onNext(FeedResponse.newBuilder().setAck(ack).build());
    if (isHolding) {
      acks.add(send);
    } else {
      send.run();
    }
  }

  /** Client 0xbad is rejected. */
  @GuardedBy("this") private boolean apply(Item item) {
    if (item.hasBeginSync()) {
      marked.clear();
    } else if (item.hasEndSync() && !item.getEndSync().getIncomplete()) {
      held.retainAll(marked);
    } else if (item.hasExchange()) {
      int number = number(item.getExchange());
      marked.add(number);
      if (number == 0xbad) {
        return false;
      }
      if (item.getExchange().getLeases(0).getOperation() == LeaseUpdate.Operation.PUT) {
        held.add(number);
      } else {
        held.remove(number);
      }
    }
    return true;
  }

  private static int number(Exchange exchange) {
    byte[] address = exchange.getLeases(0).getAddress().toByteArray();
    return ((address[14] & 0xff) << 8) + (address[15] & 0xff);
  }

  private final class Feed extends FeedGrpc.FeedImplBase {
    @Override
    public StreamObserver<FeedRequest> stream(StreamObserver<FeedResponse> responses) {
      // So that an answer to a feeder that has gone is no error.
      ((ServerCallStreamObserver<FeedResponse>) responses).setOnCancelHandler(() -> {});
      return new StreamObserver<>() {
        @Override
        public void onNext(FeedRequest request) {
          if (request.hasOpen()) {
            open(request.getOpen(), responses);
          } else {
            take(request.getBatch(), responses);
          }
        }

        @Override
        public void onError(Throwable error) {
          gone(responses);
        }

        @Override
        public void onCompleted() {
          gone(responses);
          responses.onCompleted();
        }
      };
    }

    @Override
    public void putLink(PutLinkRequest request, StreamObserver<PutLinkResponse> response) {
      synchronized (FakeCluster.this) {
        Link link = request.getLink().toBuilder().setVersion(1).build();
        links.put(link.getName(), link);
        response.onNext(PutLinkResponse.newBuilder().setLink(link).build());
      }
      response.onCompleted();
    }

    @Override
    public void listLinks(ListLinksRequest request, StreamObserver<ListLinksResponse> response) {
      synchronized (FakeCluster.this) {
        response.onNext(ListLinksResponse.newBuilder().addAllLinks(links.values()).build());
      }
      response.onCompleted();
    }
  }

  private static final class Admin extends AdminGrpc.AdminImplBase {
    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> response) {
      response.onNext(StatusResponse.newBuilder().putSettings("source-silent-after", "1s").build());
      response.onCompleted();
    }
  }
}
