package bindery.kea.ha;

import bindery.v1.Exchange;
import bindery.v1.LeaseUpdate;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices updates of one lease that may have overtaken each other. Kea sends over several
 * connections at once, and says of each update only the second it is of: two within one second,
 * over different connections, may have come in the wrong order. Such a lease is to be asked for.
 * Any thread.
 */
final class Overtakings {
  private static final int LEASES_MAX = 20_000;
  private static final int DUE_MAX = 10_000;
  private static final long SECONDS_MAX = 10;

  private final LongSupplier nanos;
  private final Gaps gaps;

  @GuardedBy("this") private final Map<Key, Seen> recent =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Seen> eldest) {
          return size() > LEASES_MAX;
        }
      };

  @GuardedBy("this") private final Map<Key, Exchange> due = new LinkedHashMap<>();

  Overtakings(LongSupplier nanos, Gaps gaps) {
    this.nanos = nanos;
    this.gaps = gaps;
  }

  private record Key(ByteString address, int prefixLength) {}

  private record Seen(long cltt, long connection, long nanos) {}

  /** An exchange came over that connection. */
  synchronized void saw(Exchange exchange, long connection) {
    long now = nanos.getAsLong();
    for (LeaseUpdate lease : exchange.getLeasesList()) {
      Key key = new Key(lease.getAddress(), lease.getPrefixLength());
      Seen before = recent.remove(key); // so that it is the youngest again
      recent.put(key, new Seen(exchange.getCltt(), connection, now));
      boolean mayHaveOvertaken =
          before != null
              && before.connection() != connection
              && before.cltt() == exchange.getCltt()
              && now - before.nanos() < TimeUnit.SECONDS.toNanos(SECONDS_MAX);
      if (mayHaveOvertaken && due.size() >= DUE_MAX) {
        gaps.open("more leases were updated twice within a second than are asked for one by one");
      } else if (mayHaveOvertaken) {
        due.put(key, exchange.toBuilder().clearLeases().addLeases(lease).build());
      }
    }
  }

  /** The leases to ask for, each as it came last; they are not told again. */
  synchronized List<Exchange> take() {
    List<Exchange> taken = new ArrayList<>(due.values());
    due.clear();
    return taken;
  }
}
