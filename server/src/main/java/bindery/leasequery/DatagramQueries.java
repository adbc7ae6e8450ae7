package bindery.leasequery;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The queries by UDP that are in work, in all and of each requestor. One thread. */
final class DatagramQueries {
  private final int most;
  // At most that many.
  private final Set<DatagramQuery.Identity> inWork = new HashSet<>();
  private final Map<InetAddress, Integer> ofRequestor = new HashMap<>();

  /**
   * None yet.
   *
   * @param most in work at once
   */
  DatagramQueries(int most) {
    this.most = most;
  }

  /** Whether there may be no further one. */
  boolean isFull() {
    return inWork.size() >= most;
  }

  /** How many of one requestor are in work. */
  int of(InetAddress requestor) {
    return ofRequestor.getOrDefault(requestor, 0);
  }

  /** Whether that one is in work. */
  boolean contains(DatagramQuery query) {
    return inWork.contains(query.identity());
  }

  /** Begins one that is not in work. */
  void begin(DatagramQuery query) {
    inWork.add(query.identity());
    ofRequestor.merge(query.from().getAddress(), 1, Integer::sum);
  }

  /** Ends one that is in work. */
  void end(DatagramQuery query) {
    inWork.remove(query.identity());
    ofRequestor.computeIfPresent(
        query.from().getAddress(), (requestor, count) -> count > 1 ? count - 1 : null);
  }
}
