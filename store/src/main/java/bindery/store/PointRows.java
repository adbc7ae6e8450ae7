package bindery.store;

import java.util.Iterator;
import java.util.List;

/** A few rows got one by one: by client and by address. */
final class PointRows implements CursorRows {
  private final RowReader rows;
  private final Iterator<BindingKey> keys;
  private int linkId;

  /** Gets those that have a row; the others are passed over. */
  PointRows(RowReader rows, List<BindingKey> keys) {
    this.rows = rows;
    this.keys = keys.iterator();
  }

  @Override
  public boolean next(StreamPart row) {
    while (keys.hasNext()) {
      BindingKey key = keys.next();
      byte[] octets = rows.get(Family.BINDING, key.octets());
      if (octets != null) {
        linkId = key.link();
        row.wrap(octets, 0, octets.length);
        return true;
      }
    }
    return false;
  }

  @Override
  public int linkId() {
    return linkId;
  }

  @Override
  public void close() {}
}
