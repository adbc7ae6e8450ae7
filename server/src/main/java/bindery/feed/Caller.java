package bindery.feed;

import bindery.tls.Holder;
import bindery.tls.Role;
import io.grpc.Context;
import io.grpc.Status;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Who makes a call of the API.
 *
 * @param holder whom the certificate names; empty where there is no TLS, and anybody may do all
 * @param refused told of what it was not allowed, a sentence each
 */
record Caller(Optional<Holder> holder, Consumer<String> refused) {
  /** Whoever reaches a port without TLS. */
  static final Caller ANYBODY = new Caller(Optional.empty(), reason -> {});

  private static final Context.Key<Caller> KEY = Context.keyWithDefault("caller", ANYBODY);

  /** Of the call that the current thread is in, until the service's method returns. */
  static Caller current() {
    return KEY.get();
  }

  Context in(Context context) {
    return context.withValue(KEY, this);
  }

  /** Whether it may feed as that source. */
  boolean mayFeedAs(String source) {
    return holder.map(known -> known.mayFeedAs(source)).orElse(true);
  }

  /** The sources that it is bound to; empty if it is bound to none. */
  Optional<Set<String>> boundTo() {
    return holder.filter(known -> known.role() == Role.FEEDER).map(Holder::sources);
  }

  /**
   * What to answer to what it may not do, which is written down too.
   *
   * @param what it wanted, behind "may not"
   * @param expected what would be let pass
   */
  Status refuse(String what, String expected) {
    String reason =
        holder.map(Holder::toString).orElse("anybody")
            + " may not "
            + what
            + " (expected "
            + expected
            + ")";
    refused.accept(reason);
    return Status.PERMISSION_DENIED.withDescription(reason);
  }
}
