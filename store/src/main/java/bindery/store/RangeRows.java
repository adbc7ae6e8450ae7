package bindery.store;

import java.util.List;

/** Rows that lie in ranges, ready to be copied: by link and by relay-ID. */
final class RangeRows implements CursorRows {
  private final RangeScan scan;
  private final int linkAt;

  /**
   * Walks ranges of a family whose values begin with a stream part.
   *
   * @param linkAt offset of the link id in the keys
   */
  RangeRows(PinnedSnapshot pinned, Family family, boolean bulk, List<KeyRange> ranges, int linkAt) {
    scan = new RangeScan(pinned, family, bulk, bulk ? RangeScan.READAHEAD_BYTES : 0, ranges);
    this.linkAt = linkAt;
  }

  @Override
  public boolean next(StreamPart row) {
    if (!scan.next()) {
      return false;
    }
    int size = scan.readValue(); // may change the array
    row.wrap(scan.value(), 0, size);
    return true;
  }

  @Override
  public int linkId() {
    int size = scan.readKey();
    if (size < linkAt + BindingKey.LINK_SIZE) {
      throw Keys.corrupt("key", scan.copyKey(), "a link id");
    }
    return Octets.getInt(scan.key(), linkAt);
  }

  @Override
  public void close() {
    scan.close();
  }
}
