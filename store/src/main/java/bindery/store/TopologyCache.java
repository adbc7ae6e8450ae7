package bindery.store;

import bindery.log.v1.Link;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The topology last read, so that not every query builds it anew. Valid for each snapshot in which
 * the links last changed at the same revision. Any thread.
 */
final class TopologyCache {
  private record Built(long revision, Topology topology) {}

  private volatile @Nullable Built last;

  /** The topology as of what {@code rows} reads. */
  Topology of(RowReader rows) {
    long revision = MetaRow.readNumber(rows, MetaKey.LINKS_CHANGED);
    Built held = last;
    if (held != null && held.revision() == revision) {
      return held.topology();
    }
    List<Link> links = new ArrayList<>();
    try (RowRange range = rows.all(Family.LINK)) {
      while (range.next()) {
        links.add(MetaRow.parseLink(range.value()));
      }
    }
    Topology topology = Topology.of(links);
    if (held == null || held.revision() < revision) {
      last = new Built(revision, topology);
    }
    return topology;
  }
}
