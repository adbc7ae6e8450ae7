package bindery.leasequery;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The counters of leasequery by UDP. Any thread. */
public final class DatagramStats {
  private final QueryCounts queries = new QueryCounts();
  private final Map<DatagramDrop, LongAdder> drops = new EnumMap<>(DatagramDrop.class);
  private final LongAdder linksLeftOut = new LongAdder();
  private final AtomicInteger inWork = new AtomicInteger();

  DatagramStats() {
    for (DatagramDrop drop : DatagramDrop.values()) {
      drops.put(drop, new LongAdder());
    }
  }

  void countDrop(DatagramDrop why) {
    counter(why).increment();
  }

  void countLinksLeftOut(int count) {
    linksLeftOut.add(count);
  }

  void begun() {
    inWork.incrementAndGet();
  }

  void ended() {
    inWork.decrementAndGet();
  }

  /** The queries that were read, with a reply or without. */
  public QueryCounts queries() {
    return queries;
  }

  /** Datagrams without a reply for that reason. */
  public long dropped(DatagramDrop why) {
    return counter(why).sum();
  }

  /** Links of clients that replies did not name, since no address leads to them. */
  public long linksLeftOut() {
    return linksLeftOut.sum();
  }

  /** Queries in work now. */
  public int inWork() {
    return inWork.get();
  }

  private LongAdder counter(DatagramDrop why) {
    LongAdder counter = drops.get(why);
    if (counter == null) {
      throw new IllegalStateException("no counter for " + why);
    }
    return counter;
  }
}
