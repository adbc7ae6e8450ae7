package bindery.store;

import java.util.Arrays;
import java.util.List;

/**
 * Rows that an index of keys names in ascending order: by remote-ID.
 *
 * <p>A second iterator runs over {@code binding} beside the index. To the next named row it steps
 * if that is near and seeks if it is far: a step costs a thirtieth of a seek. How many steps it
 * tries hangs on how the last tries went.
 */
final class IndexedRows implements CursorRows {
  private static final int STEPS_MAX = 32;
  private static final int MISSES_BEFORE_RETRY = 16;

  private final RangeScan index;
  private final RangeScan bindings;
  private final int bindingAt;
  private int steps = STEPS_MAX;
  private int misses;
  private boolean started;

  /**
   * Walks ranges of {@code remote}.
   *
   * @param bindingAt offset of the binding key in the index keys
   */
  IndexedRows(PinnedSnapshot pinned, boolean bulk, List<KeyRange> ranges, int bindingAt) {
    index =
        new RangeScan(pinned, Family.REMOTE, bulk, bulk ? RangeScan.READAHEAD_BYTES : 0, ranges);
    // A far seek must not read megabytes ahead: near rows are left to the engine.
    bindings = new RangeScan(pinned, Family.BINDING, bulk, 0, List.of(KeyRange.ALL));
    this.bindingAt = bindingAt;
  }

  @Override
  public boolean next(StreamPart row) {
    if (!index.next()) {
      return false;
    }
    if (!advance()) {
      byte[] key = index.copyKey();
      throw Keys.corrupt("remote index: no binding for", key, "a row in binding");
    }
    int size = bindings.readValue(); // may change the array
    row.wrap(bindings.value(), 0, size);
    return true;
  }

  // Moves to the binding that the index names; false if it is not there.
  private boolean advance() {
    int tries = started ? steps : 0;
    started = true;
    for (int i = 0; i < tries && bindings.next(); i++) {
      int compared = compare();
      if (compared >= 0) {
        steps = Math.min(STEPS_MAX, steps * 2);
        return compared == 0;
      }
    }
    // Now and then the far reach is tried again: rows may have become denser.
    misses++;
    steps = misses % MISSES_BEFORE_RETRY == 0 ? STEPS_MAX : Math.max(1, steps / 2);
    byte[] target = Arrays.copyOfRange(index.key(), bindingAt, index.readKey());
    return bindings.seek(target) && compare() == 0;
  }

  private int compare() {
    int size = bindings.readKey();
    int indexSize = index.readKey();
    return Arrays.compareUnsigned(bindings.key(), 0, size, index.key(), bindingAt, indexSize);
  }

  @Override
  public int linkId() {
    var unused = bindings.readKey();
    return Octets.getInt(bindings.key(), 0);
  }

  @Override
  public void close() {
    index.close();
    bindings.close();
  }
}
