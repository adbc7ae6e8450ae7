package bindery.feed;

import bindery.tls.Holder;
import bindery.tls.RefusalLog;
import bindery.tls.UnnamedException;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.SocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Lets a call pass if the caller's certificate gives the right to it, and tells the service who
 * calls. A certificate that expires ends no stream, but begins no call any more.
 */
final class RoleGate implements ServerInterceptor {
  private final String cluster;
  private final RefusalLog refusals;

  /** Of an API of that cluster. */
  RoleGate(String cluster, RefusalLog refusals) {
    this.cluster = cluster;
    this.refusals = refusals;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    try {
      X509Certificate certificate = certificate(call);
      certificate.checkValidity();
      Holder holder = Holder.of(certificate, cluster);
      Right needed = Right.of(call.getMethodDescriptor());
      String from = from(call);
      Caller caller = new Caller(Optional.of(holder), reason -> refusals.write(from, reason));
      if (!needed.isOf(holder.role())) {
        return close(
            call,
            caller.refuse(
                String.valueOf(call.getMethodDescriptor().getBareMethodName()),
                "a certificate of the role " + needed.roles()));
      }
      return Contexts.interceptCall(caller.in(Context.current()), call, headers, next);
    } catch (UnnamedException | SSLPeerUnverifiedException e) {
      return refuse(call, Status.UNAUTHENTICATED.withDescription(e.getMessage()));
    } catch (CertificateException e) {
      return refuse(
          call,
          Status.UNAUTHENTICATED.withDescription(
              "the certificate is not valid any more: " + e.getMessage()));
    }
  }

  private static X509Certificate certificate(ServerCall<?, ?> call)
      throws SSLPeerUnverifiedException {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null || !(session.getPeerCertificates()[0] instanceof X509Certificate shown)) {
      throw new SSLPeerUnverifiedException("no certificate was shown");
    }
    return shown;
  }

  private <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, Status why) {
    refusals.write(from(call), String.valueOf(why.getDescription()));
    return close(call, why);
  }

  private static String from(ServerCall<?, ?> call) {
    SocketAddress from = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return String.valueOf(from).replaceFirst("^/", "");
  }

  private static <Q, R> ServerCall.Listener<Q> close(ServerCall<Q, R> call, Status why) {
    call.close(why, new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
