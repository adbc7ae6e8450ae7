package bindery.raft;

import bindery.peer.v1.HelloRequest;
import bindery.peer.v1.InviteRequest;
import bindery.peer.v1.OpenCheckpoint;
import bindery.peer.v1.ReconfigureRequest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Grpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * Lets a member speak under the name in its certificate alone: whoever holds the key of one member
 * votes once, and leads as that one.
 */
final class OwnNameAlone implements ServerInterceptor {
  private final PeerTls tls;

  OwnNameAlone(PeerTls tls) {
    this.tls = tls;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String name;
    try {
      name = tls.nodeIn(certificate(call));
    } catch (CertificateException | SSLPeerUnverifiedException e) {
      refuse(call, Status.UNAUTHENTICATED, String.valueOf(e.getMessage()));
      return new ServerCall.Listener<>() {};
    }
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean isRefused;

      @Override
      public void onMessage(Q message) {
        Optional<String> said = speaker(message);
        if (!isRefused && said.isPresent() && !said.get().equals(name)) {
          isRefused = true;
          refuse(
              call,
              Status.PERMISSION_DENIED,
              "the node with the certificate of "
                  + name
                  + " calls itself "
                  + said.get()
                  + " (expected its own name: node in its configuration, or tls.cert)");
          super.onCancel();
        }
        if (!isRefused) {
          super.onMessage(message);
        }
      }

      @Override
      public void onHalfClose() {
        if (!isRefused) {
          super.onHalfClose();
        }
      }
    };
  }

  private static X509Certificate certificate(ServerCall<?, ?> call)
      throws SSLPeerUnverifiedException {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null || !(session.getPeerCertificates()[0] instanceof X509Certificate shown)) {
      throw new SSLPeerUnverifiedException("no certificate was shown");
    }
    return shown;
  }

  private void refuse(ServerCall<?, ?> call, Status status, String reason) {
    tls.refused(
        String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))
            .replaceFirst("^/", ""),
        reason);
    call.close(status.withDescription(reason), new Metadata());
  }

  /** Who a message says it is from; empty if it does not say. */
  private static Optional<String> speaker(Object message) {
    if (message instanceof HelloRequest hello) {
      return Optional.of(hello.getIdentity().getNode());
    } else if (message instanceof OpenCheckpoint open) {
      return Optional.of(open.getIdentity().getNode());
    } else if (message instanceof ReconfigureRequest change) {
      return Optional.of(change.getIdentity().getNode());
    } else if (message instanceof InviteRequest invitation) {
      return Optional.of(invitation.getIdentity().getNode());
    } else if (message instanceof AppendEntriesRequestProto entries) {
      return requestor(entries.getServerRequest());
    } else if (message instanceof RequestVoteRequestProto vote) {
      return requestor(vote.getServerRequest());
    } else if (message instanceof StartLeaderElectionRequestProto election) {
      return requestor(election.getServerRequest());
    } else if (message instanceof InstallSnapshotRequestProto snapshot) {
      return requestor(snapshot.getServerRequest());
    } else if (message instanceof ReadIndexRequestProto read) {
      return requestor(read.getServerRequest());
    }
    return Optional.empty();
  }

  private static Optional<String> requestor(RaftRpcRequestProto request) {
    return Optional.of(request.getRequestorId().toStringUtf8());
  }
}
