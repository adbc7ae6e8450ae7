package bindery.cli;

import bindery.v1.AcceptSweepRequest;
import bindery.v1.AcceptSweepResponse;
import bindery.v1.Ack;
import bindery.v1.AdminGrpc;
import bindery.v1.Batch;
import bindery.v1.BeginHashRequest;
import bindery.v1.BeginHashResponse;
import bindery.v1.ChangeMembersRequest;
import bindery.v1.ChangeMembersResponse;
import bindery.v1.DeleteLinkRequest;
import bindery.v1.DeleteLinkResponse;
import bindery.v1.Exchange;
import bindery.v1.FeedGrpc;
import bindery.v1.FeedRequest;
import bindery.v1.FeedResponse;
import bindery.v1.FinalizeUpgradeRequest;
import bindery.v1.FinalizeUpgradeResponse;
import bindery.v1.HashRequest;
import bindery.v1.HashResponse;
import bindery.v1.Item;
import bindery.v1.ItemResult;
import bindery.v1.Link;
import bindery.v1.ListLinksRequest;
import bindery.v1.ListLinksResponse;
import bindery.v1.Open;
import bindery.v1.Opened;
import bindery.v1.ProveRequest;
import bindery.v1.ProveResponse;
import bindery.v1.PutLinkRequest;
import bindery.v1.PutLinkResponse;
import bindery.v1.RejectReason;
import bindery.v1.RemoveSourceRequest;
import bindery.v1.RemoveSourceResponse;
import bindery.v1.SaveSnapshotRequest;
import bindery.v1.SetSettingsRequest;
import bindery.v1.SetSettingsResponse;
import bindery.v1.SnapshotChunk;
import bindery.v1.StatusRequest;
import bindery.v1.StatusResponse;
import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** The API on loopback, which answers as a test tells it and keeps what it was sent. */
final class ScriptedNode implements AutoCloseable {
  final List<Open> opens = new CopyOnWriteArrayList<>();
  final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
  final List<Item> items = Collections.synchronizedList(new ArrayList<>());
  final Map<String, Long> decided = new TreeMap<>();
  final Map<String, Link> links = new TreeMap<>();

  // What an exchange is answered with, save its sequence; nothing for accepted.
  private volatile Function<Exchange, Optional<ItemResult>> judge = exchange -> Optional.empty();
  private volatile Optional<Status> refusal = Optional.empty();
  private volatile boolean isSilent;
  private volatile boolean isEndRejected;
  private volatile StatusResponse status = StatusResponse.getDefaultInstance();
  private volatile HashResponse hash = HashResponse.getDefaultInstance();
  private volatile ProveResponse proof = ProveResponse.getDefaultInstance();
  private volatile FinalizeUpgradeResponse upgrade = FinalizeUpgradeResponse.getDefaultInstance();
  final List<ChangeMembersRequest> memberChanges = new CopyOnWriteArrayList<>();
  final List<SetSettingsRequest> settings = new CopyOnWriteArrayList<>();
  private final Server server;

  private ScriptedNode() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Feed())
            .addService(new Admin())
            .build()
            .start();
  }

  static ScriptedNode start() throws IOException {
    return new ScriptedNode();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  void judgeBy(Function<Exchange, Optional<ItemResult>> answer) {
    judge = answer;
  }

  /** Every call that changes something is answered with that. */
  void refuseWith(Status answer) {
    refusal = Optional.of(answer);
  }

  /** No sync is open when one is ended. */
  void rejectEnds() {
    isEndRejected = true;
  }

  /** Puts and lists of links, and sessions, are taken and never answered. */
  void fallSilent() {
    isSilent = true;
  }

  /** From now on a hash is answered with that, at the revision that was begun. */
  void sayHash(HashResponse answer) {
    hash = answer;
  }

  void sayUpgrade(FinalizeUpgradeResponse answer) {
    upgrade = answer;
  }

  void sayProof(ProveResponse answer) {
    proof = answer;
  }

  void sayStatus(StatusResponse answer) {
    status = answer;
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private final class Feed extends FeedGrpc.FeedImplBase {
    @Override
    public StreamObserver<FeedRequest> stream(StreamObserver<FeedResponse> responses) {
      return new StreamObserver<>() {
        @Override
        public void onNext(FeedRequest request) {
          if (isSilent) {
            return;
          }
          if (refusal.isPresent()) {
            responses.onError(refusal.get().asRuntimeException());
          } else if (request.hasOpen()) {
            opens.add(request.getOpen());
            responses.onNext(
                FeedResponse.newBuilder().setOpened(Opened.newBuilder().setSession(1)).build());
          } else {
            responses.onNext(FeedResponse.newBuilder().setAck(ack(request.getBatch())).build());
          }
        }

        @Override
        public void onError(Throwable error) {
          // The feeder is gone; nothing is owed to it.
        }

        @Override
        public void onCompleted() {
          responses.onCompleted();
        }
      };
    }

    private Ack ack(Batch batch) {
      Ack.Builder ack =
          Ack.newBuilder().setThroughSequence(batch.getFirstSequence() + batch.getItemsCount() - 1);
      for (int i = 0; i < batch.getItemsCount(); i++) {
        items.add(batch.getItems(i));
        if (batch.getItems(i).hasEndSync() && isEndRejected) {
          ack.addResults(
              ItemResult.newBuilder()
                  .setSequence(batch.getFirstSequence() + i)
                  .setOutcome(ItemResult.Outcome.REJECTED)
                  .setReason(RejectReason.NO_SYNC_OPEN));
        }
        if (!batch.getItems(i).hasExchange()) {
          continue;
        }
        Exchange exchange = batch.getItems(i).getExchange();
        exchanges.add(exchange);
        long sequence = batch.getFirstSequence() + i;
        judge
            .apply(exchange)
            .ifPresent(result -> ack.addResults(result.toBuilder().setSequence(sequence)));
      }
      return ack.build();
    }

    @Override
    public void putLink(PutLinkRequest request, StreamObserver<PutLinkResponse> response) {
      Link put = request.getLink();
      if (isSilent) {
        return;
      }
      long held = links.containsKey(put.getName()) ? links.get(put.getName()).getVersion() : 0;
      if (refusal.isPresent()) {
        response.onError(refusal.get().asRuntimeException());
      } else if (request.hasExpectedVersion() && request.getExpectedVersion() != held) {
        response.onError(
            Status.FAILED_PRECONDITION.withDescription("version " + held).asRuntimeException());
      } else {
        Link link = put.toBuilder().setVersion(held + 1).build();
        links.put(link.getName(), link);
        response.onNext(PutLinkResponse.newBuilder().setLink(link).setBindingsMoved(5).build());
        response.onCompleted();
      }
    }

    @Override
    public void deleteLink(DeleteLinkRequest request, StreamObserver<DeleteLinkResponse> response) {
      if (links.remove(request.getName()) == null) {
        response.onError(
            Status.NOT_FOUND.withDescription("no link " + request.getName()).asRuntimeException());
      } else {
        response.onNext(DeleteLinkResponse.getDefaultInstance());
        response.onCompleted();
      }
    }

    @Override
    public void acceptSweep(
        AcceptSweepRequest request, StreamObserver<AcceptSweepResponse> response) {
      if (refusal.isPresent()) {
        response.onError(refusal.get().asRuntimeException());
      } else {
        decided.put("accept " + request.getSource(), 1L);
        response.onNext(AcceptSweepResponse.newBuilder().setJob(7).build());
        response.onCompleted();
      }
    }

    @Override
    public void removeSource(
        RemoveSourceRequest request, StreamObserver<RemoveSourceResponse> response) {
      if (refusal.isPresent()) {
        response.onError(refusal.get().asRuntimeException());
      } else {
        decided.put("remove " + request.getSource(), 1L);
        response.onNext(RemoveSourceResponse.getDefaultInstance());
        response.onCompleted();
      }
    }

    @Override
    public void listLinks(ListLinksRequest request, StreamObserver<ListLinksResponse> response) {
      if (isSilent) {
        return;
      }
      response.onNext(ListLinksResponse.newBuilder().addAllLinks(links.values()).build());
      response.onCompleted();
    }
  }

  private final class Admin extends AdminGrpc.AdminImplBase {
    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> response) {
      response.onNext(status);
      response.onCompleted();
    }

    @Override
    public void prove(ProveRequest request, StreamObserver<ProveResponse> response) {
      response.onNext(proof);
      response.onCompleted();
    }

    @Override
    public void finalizeUpgrade(
        FinalizeUpgradeRequest request, StreamObserver<FinalizeUpgradeResponse> response) {
      if (refusal.isPresent()) {
        response.onError(refusal.get().asRuntimeException());
      } else {
        response.onNext(upgrade);
        response.onCompleted();
      }
    }

    @Override
    public void changeMembers(
        ChangeMembersRequest request, StreamObserver<ChangeMembersResponse> response) {
      memberChanges.add(request);
      if (refusal.isPresent()) {
        response.onError(refusal.get().asRuntimeException());
      } else {
        response.onNext(ChangeMembersResponse.getDefaultInstance());
        response.onCompleted();
      }
    }

    @Override
    public void saveSnapshot(SaveSnapshotRequest request, StreamObserver<SnapshotChunk> response) {
      response.onNext(
          SnapshotChunk.newBuilder()
              .setRevision(77)
              .setOctets(ByteString.copyFromUtf8("one"))
              .build());
      if (refusal.isPresent()) {
        response.onError(refusal.get().asRuntimeException());
        return;
      }
      response.onNext(
          SnapshotChunk.newBuilder()
              .setRevision(77)
              .setOctets(ByteString.copyFromUtf8("two"))
              .build());
      response.onCompleted();
    }

    @Override
    public void setSettings(
        SetSettingsRequest request, StreamObserver<SetSettingsResponse> response) {
      settings.add(request);
      response.onNext(SetSettingsResponse.newBuilder().setRevision(100).build());
      response.onCompleted();
    }

    @Override
    public void beginHash(BeginHashRequest request, StreamObserver<BeginHashResponse> response) {
      response.onNext(BeginHashResponse.newBuilder().setToken(77).setRevision(100).build());
      response.onCompleted();
    }

    @Override
    public void hash(HashRequest request, StreamObserver<HashResponse> response) {
      if (refusal.isPresent()) {
        response.onError(refusal.get().asRuntimeException());
      } else if (request.getToken() != 77) {
        response.onError(Status.NOT_FOUND.withDescription("another token").asRuntimeException());
      } else {
        response.onNext(hash.toBuilder().setRevision(request.getRevision()).build());
        response.onCompleted();
      }
    }
  }
}
