package bindery.client.merge;

import bindery.wire.ClientData;
import bindery.wire.LeaseOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer made of those of several servers: of each lease what the server with the newest CLT
 * tells, the one named first if two are equally new (RFC 5460 6.4, RFC 5007 4.3.4).
 *
 * <p>One thread. Memory: the budget given.
 */
public final class MergedBindings {
  /** What is made of the leases of one message, or of several that agree. */
  @FunctionalInterface
  public interface Receiver {
    /**
     * One binding, or what is left of it.
     *
     * @param origin the first of its leases: which server and query, and from when times count
     */
    void binding(ToldLease origin, ClientData data);
  }

  private MergedBindings() {}

  /**
   * Merges them and hands out the bindings, by server, query and client.
   *
   * @param folder where files are made, which are gone afterwards
   * @param bytesMax octets of leases in memory before they go to a file
   * @return of how many leases two servers name different clients
   * @throws IOException if what was kept cannot be read, or a file not be written
   */
  public static long merge(
      List<CollectedLeases> answers, Path folder, long bytesMax, Receiver receiver)
      throws IOException {
    long conflicts = 0;
    try (SortedRows byClient = new SortedRows(folder, bytesMax)) {
      try (LeaseGroups groups = LeaseGroups.of(answers)) {
        for (List<ToldLease> told = groups.next(); !told.isEmpty(); told = groups.next()) {
          ToldLease newest = told.get(0);
          boolean isDisputed = false;
          for (ToldLease other : told) {
            isDisputed |= !other.client().equals(told.get(0).client());
            newest = other.isNewerThan(newest) ? other : newest;
          }
          conflicts += isDisputed ? 1 : 0;
          byClient.put(LeaseRow.byClient(newest));
        }
      }
      handOut(byClient.sorted(), receiver);
    }
    return conflicts;
  }

  private static void handOut(SortedRows.Cursor rows, Receiver receiver) throws IOException {
    List<LeaseOption> leases = new ArrayList<>();
    ToldLease first = null;
    for (byte[] row = rows.next(); row != null; row = rows.next()) {
      ToldLease told = LeaseRow.read(row);
      if (first == null || !told.isBesideOf(first) || leases.size() == LEASES_MAX) {
        handOut(first, leases, receiver);
        first = told;
      }
      leases.add(told.lease());
    }
    handOut(first, leases, receiver);
  }

  // The most of one binding that are handed out together; as many as a message can hold.
  private static final int LEASES_MAX = 2_335;

  private static void handOut(
      @Nullable ToldLease first, List<LeaseOption> leases, Receiver receiver) {
    if (first != null) {
      receiver.binding(
          first,
          new ClientData(
              first.client(), first.cltAge(), leases, first.relayData(), first.options()));
    }
    leases.clear();
  }
}
