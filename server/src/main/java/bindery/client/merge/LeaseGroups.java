package bindery.client.merge;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What several servers told, lease by lease in ascending order: for each lease what each server
 * that told of it says last, by CLT.
 *
 * <p>One thread. Memory: one row of each file behind it.
 */
public final class LeaseGroups implements Closeable {
  private final List<CollectedLeases> answers;
  private final SortedRows.Cursor rows;
  private @Nullable ToldLease ahead;

  private LeaseGroups(List<CollectedLeases> answers, SortedRows.Cursor rows) throws IOException {
    this.answers = List.copyOf(answers);
    this.rows = rows;
    this.ahead = read();
  }

  /**
   * Of all of these.
   *
   * @param answers in the order of the servers; stay open until this is closed
   * @throws IOException if what was kept cannot be read
   */
  public static LeaseGroups of(List<CollectedLeases> answers) throws IOException {
    List<SortedRows.Cursor> cursors = new ArrayList<>();
    for (CollectedLeases answer : answers) {
      cursors.add(answer.sorted());
    }
    return new LeaseGroups(answers, new SortedRows.Merged(cursors));
  }

  private @Nullable ToldLease read() throws IOException {
    for (byte[] row = rows.next(); row != null; row = rows.next()) {
      ToldLease told = LeaseRow.read(row);
      if (!answers.get(told.server()).isVoid(told)) {
        return told;
      }
    }
    return null;
  }

  /**
   * The next lease: at most one entry for each server, in the order of the servers; empty behind
   * the last lease.
   *
   * @throws IOException if what was kept cannot be read
   */
  public List<ToldLease> next() throws IOException {
    List<ToldLease> group = new ArrayList<>();
    ToldLease first = ahead;
    while (first != null && ahead != null && ahead.lease().key().equals(first.lease().key())) {
      int last = group.size() - 1;
      if (last < 0 || group.get(last).server() != ahead.server()) {
        group.add(ahead);
      } else if (ahead.cltInstant() >= group.get(last).cltInstant()) {
        group.set(last, ahead); // told twice: the later one, unless it is older
      }
      ahead = read();
    }
    return List.copyOf(group);
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
