package bindery.feeder;

import bindery.feeder.ApiException.Kind;
import bindery.model.HostPort;
import bindery.v1.AdminGrpc;
import bindery.v1.StatusRequest;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that may be asked, tried in turn: one is current until it fails, then the next is.
 *
 * <p>Opens one connection for each, when first needed. Any thread; closed by who made it, after
 * everything that uses it.
 */
public final class ServerList implements AutoCloseable {
  /** How long one server may take to accept a connection before the next is tried. */
  public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** The largest message that is taken from a server. */
  static final int MESSAGE_BYTES_MAX = 64 << 20;

  // What gRPC says of a server that closes before it has said anything.
  private static final String CLOSED_AT_ONCE = "Network closed for unknown reason";

  private final List<HostPort> addresses;
  private final @Nullable ApiSecurity security;
  private final @Nullable ManagedChannel[] channels;
  private int current;
  private boolean closed;

  /**
   * Of those addresses, in order of preference, without TLS.
   *
   * @throws IllegalArgumentException if there are none
   */
  public ServerList(List<HostPort> addresses) {
    this(addresses, null);
  }

  /**
   * Of those addresses, in order of preference.
   *
   * @param security null for no TLS
   * @throws IllegalArgumentException if there are none
   */
  public ServerList(List<HostPort> addresses, @Nullable ApiSecurity security) {
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("no server named (expected at least one HOST:PORT)");
    }
    this.addresses = List.copyOf(addresses);
    this.security = security;
    channels = new ManagedChannel[addresses.size()];
  }

  /** What a call does at the server. */
  enum Effect {
    /** It changes nothing. */
    READS,
    /** It changes something, and made again it changes nothing more. */
    CHANGES,
    /** It must not be made again unless it is known not to have been carried out. */
    CHANGES_ONCE
  }

  /** One node and the connection to it. */
  record Server(int place, HostPort address, ManagedChannel channel) {}

  /** The addresses, in the order given. */
  public List<HostPort> addresses() {
    return addresses;
  }

  /** The address of the server that is asked now. */
  public synchronized HostPort currentAddress() {
    return addresses.get(current);
  }

  /** The server to ask now. */
  synchronized Server current() {
    if (closed) {
      throw new IllegalStateException("a closed list of servers");
    }
    ManagedChannel channel = channels[current];
    if (channel == null) {
      HostPort address = addresses.get(current);
      NettyChannelBuilder builder =
          NettyChannelBuilder.forAddress(address.host(), address.port())
              .maxInboundMessageSize(MESSAGE_BYTES_MAX)
              .keepAliveTime(20, TimeUnit.SECONDS)
              .keepAliveTimeout(10, TimeUnit.SECONDS);
      channel =
          (security == null ? builder.usePlaintext() : builder.sslContext(security.context()))
              .build();
      channels[current] = channel;
    }
    return new Server(current, addresses.get(current), channel);
  }

  /** Makes the next server current, unless {@code failed} no longer is. */
  synchronized void leave(Server failed) {
    if (current == failed.place()) {
      current = (current + 1) % addresses.size();
    }
  }

  /**
   * Asks the current server, or the next ones in turn where one cannot be reached.
   *
   * @param effect what the call does, which decides what its breaking off means
   * @param deadline of the call at one server; it is waited no longer to reach one
   * @throws ApiException if all failed, or one refused
   */
  <T> T call(Effect effect, Duration deadline, Function<Channel, T> call)
      throws ApiException, InterruptedException {
    StringBuilder reasons = new StringBuilder();
    for (int tried = 0; tried < addresses.size(); tried++) {
      Server server = current();
      String reason = obstacle(server.channel(), deadline);
      if (reason == null) {
        try {
          return call.apply(server.channel());
        } catch (StatusRuntimeException e) {
          reason = describe(e.getStatus());
          if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
            throw unanswered(server, effect, "no answer within " + text(deadline), e);
          } else if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
            throw failure(server, e);
          } else if (effect == Effect.CHANGES_ONCE) {
            throw unanswered(server, effect, reason, e);
          }
        }
      }
      leave(server);
      reasons
          .append(reasons.isEmpty() ? "" : "; ")
          .append(server.address())
          .append(": ")
          .append(reason);
    }
    throw new ApiException(Kind.UNREACHABLE, reasons.toString());
  }

  // Whoever only asked may ask again; whoever changed something has to see what holds.
  private static ApiException unanswered(
      Server server, Effect effect, String reason, StatusRuntimeException e) {
    return effect == Effect.READS
        ? new ApiException(Kind.UNREACHABLE, server.address() + ": " + reason, e)
        : new ApiException(
            Kind.UNKNOWN_OUTCOME,
            server.address() + ": " + reason + "; the change may or may not have been made",
            e);
  }

  /** Why the server cannot be called; null if it can. */
  private @Nullable String obstacle(ManagedChannel channel, Duration deadline)
      throws InterruptedException {
    Duration patience = deadline.compareTo(CONNECT_TIMEOUT) < 0 ? deadline : CONNECT_TIMEOUT;
    if (awaitReady(channel, System.nanoTime() + patience.toNanos())) {
      return null;
    }
    if (channel.getState(false) != ConnectivityState.TRANSIENT_FAILURE) {
      return "no connection within " + text(patience);
    }
    // The channel tells why only to calls: one that changes nothing asks.
    try {
      var unused =
          AdminGrpc.newBlockingStub(channel)
              .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
              .status(StatusRequest.getDefaultInstance());
      return null;
    } catch (StatusRuntimeException e) {
      boolean isReached =
          e.getStatus().getCode() != Status.Code.UNAVAILABLE
              && !(origin(e.getStatus()) instanceof Http2Exception);
      return isReached ? null : "no connection: " + describe(e.getStatus());
    }
  }

  private static String text(Duration time) {
    long millis = time.toMillis();
    return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }

  private static boolean awaitReady(ManagedChannel channel, long end) throws InterruptedException {
    channel.resetConnectBackoff();
    ConnectivityState state = channel.getState(true);
    while (state != ConnectivityState.READY) {
      if (state == ConnectivityState.TRANSIENT_FAILURE || state == ConnectivityState.SHUTDOWN) {
        return false;
      }
      CountDownLatch changed = new CountDownLatch(1);
      channel.notifyWhenStateChanged(state, changed::countDown);
      if (!changed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return false;
      }
      state = channel.getState(true);
    }
    return true;
  }

  private ApiException failure(Server server, StatusRuntimeException e) {
    Status status = e.getStatus();
    return new ApiException(kind(status.getCode()), server.address() + ": " + describe(status), e);
  }

  /** What a status that is not retried means. */
  static Kind kind(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT,
          FAILED_PRECONDITION,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          UNAUTHENTICATED,
          UNIMPLEMENTED,
          OUT_OF_RANGE,
          RESOURCE_EXHAUSTED ->
          Kind.REFUSED;
      case NOT_FOUND -> Kind.NOT_FOUND;
      case UNAVAILABLE -> Kind.UNREACHABLE;
      case DEADLINE_EXCEEDED, CANCELLED, ABORTED -> Kind.UNKNOWN_OUTCOME;
      case OK, UNKNOWN, INTERNAL, DATA_LOSS -> Kind.FAULT;
    };
  }

  /** A status in words: what the network says stands beneath what gRPC makes of it. */
  String describe(Status status) {
    Throwable cause = origin(status);
    if (cause != null && security != null) {
      Optional<String> ofTls = security.describe(status.getCause());
      if (ofTls.isPresent()) {
        return ofTls.get();
      }
    }
    if (cause instanceof Http2Exception) {
      return "what answers there is not the API of a node (is the port right?)";
    }
    if (cause instanceof IOException && cause.getMessage() != null) {
      return cause.getMessage();
    }
    String text = status.getDescription();
    if (security == null && CLOSED_AT_ONCE.equals(text)) {
      return "the connection is closed at once (if that node speaks TLS: --ca, --cert and --key)";
    }
    return text == null ? status.getCode().toString() : text;
  }

  private static @Nullable Throwable origin(Status status) {
    Throwable cause = status.getCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Closes all connections, within a second. Calls under way fail. */
  @Override
  public void close() {
    List<ManagedChannel> open = new ArrayList<>();
    synchronized (this) {
      closed = true;
      for (ManagedChannel channel : channels) {
        if (channel != null) {
          open.add(channel.shutdownNow());
        }
      }
    }
    for (ManagedChannel channel : open) {
      try {
        channel.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
