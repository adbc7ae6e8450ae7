package bindery.kea.ha;

import bindery.v1.Exchange;
import bindery.v1.LeaseUpdate;
import bindery.v1.LeaseUpdate.Operation;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices updates of one lease that may have overtaken each other. Kea says of each update only the
 * second it is of, and of an end that of the grant which it ends. Such a lease is to be asked for:
 *
 * <ul>
 *   <li>Two of one second that come over different connections may have passed each other there.
 *   <li>A grant that comes behind an end of its second, or behind a grant of it through another
 *       relay or port, over whichever connection and however late, may be what the other has
 *       passed: Kea hands an update to a connection that has just fallen idle past all that it has
 *       in its queue, which may be tens of seconds long.
 * </ul>
 *
 * It is asked for again if it is updated meanwhile. Any thread.
 */
final class Overtakings {
  private static final int LEASES_MAX = 50_000;
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

  @GuardedBy("this") private final Set<Key> asked = new HashSet<>();

  Overtakings(LongSupplier nanos, Gaps gaps) {
    this.nanos = nanos;
    this.gaps = gaps;
  }

  private record Key(ByteString address, int prefixLength) {}

  /**
   * The newest that came of a lease.
   *
   * @param relays stands for the relays that it came through
   * @param isDoubtful whether an end, or two ways through relays, have come of that CLT
   */
  private record Seen(long cltt, long connection, long nanos, int relays, boolean isDoubtful) {}

  /** An exchange came over that connection. */
  synchronized void saw(Exchange exchange, long connection) {
    long now = nanos.getAsLong();
    int relays = exchange.getRelaysList().hashCode();
    for (LeaseUpdate lease : exchange.getLeasesList()) {
      Key key = new Key(lease.getAddress(), lease.getPrefixLength());
      boolean isEnd = lease.getOperation() == Operation.END;
      Seen before = recent.remove(key); // so that it is the youngest again
      if (before != null && before.cltt() > exchange.getCltt()) {
        recent.put(key, before); // what is older changes nothing
        continue;
      }
      Seen same = before != null && before.cltt() == exchange.getCltt() ? before : null;
      boolean isDoubtful = same != null && (same.isDoubtful() || same.relays() != relays);
      recent.put(key, new Seen(exchange.getCltt(), connection, now, relays, isEnd || isDoubtful));
      boolean mayHaveOvertaken =
          asked.contains(key)
              || (isDoubtful && !isEnd)
              || (same != null
                  && same.connection() != connection
                  && now - same.nanos() < TimeUnit.SECONDS.toNanos(SECONDS_MAX));
      if (mayHaveOvertaken && due.size() >= DUE_MAX) {
        gaps.open("more leases were updated twice within a second than are asked for one by one");
      } else if (mayHaveOvertaken) {
        due.put(key, exchange.toBuilder().clearLeases().addLeases(lease).build());
      }
    }
  }

  /** The leases to ask for now, each as it came last. */
  synchronized List<Exchange> take() {
    List<Exchange> taken = new ArrayList<>(due.values());
    asked.addAll(due.keySet());
    due.clear();
    return taken;
  }

  /** What was asked for is told. */
  synchronized void told() {
    asked.clear();
  }
}
