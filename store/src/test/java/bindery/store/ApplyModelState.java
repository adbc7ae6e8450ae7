package bindery.store;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.RemoteId;
import bindery.store.ApplyModelLinks.Hint;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What {@link ApplyModel} holds. Instants are seconds since 2000. */
final class ApplyModelState {
  private ApplyModelState() {}

  /** A lease that is held. */
  record Held(
      BindingKey binding,
      long clt,
      String feeder,
      long sequence,
      long granted,
      long preferredEnd,
      long validEnd,
      Hint hint,
      Map<String, Long> holders) {
    Held at(BindingKey moved) {
      return new Held(moved, clt, feeder, sequence, granted, preferredEnd, validEnd, hint, holders);
    }

    Held markedBy(String source, long generation) {
      Map<String, Long> more = new TreeMap<>(holders);
      more.put(source, generation);
      return heldBy(more);
    }

    Held heldBy(Map<String, Long> now) {
      return new Held(
          binding, clt, feeder, sequence, granted, preferredEnd, validEnd, hint, Map.copyOf(now));
    }
  }

  /**
   * What is left of one that ended.
   *
   * @param absentFrom the source that no longer told of it; empty if the end was told
   * @param generation of that source's sync
   */
  record Ended(
      @Nullable Duid client,
      long clt,
      String feeder,
      long sequence,
      long at,
      String absentFrom,
      long generation) {
    Ended(@Nullable Duid client, long clt, String feeder, long sequence, long at) {
      this(client, clt, feeder, sequence, at, "", 0);
    }

    boolean isMere(Told by) {
      return !absentFrom.isEmpty()
          && (!absentFrom.equals(by.source()) || by.generation() > generation);
    }
  }

  /** What a binding holds of its own. */
  record Own(
      long clt,
      long lastChange,
      Bytes relayData,
      Bytes options,
      Set<Duid> relayIds,
      Set<RemoteId> remoteIds) {
    static final Own NONE =
        new Own(Long.MIN_VALUE, 0, Bytes.EMPTY, Bytes.EMPTY, Set.of(), Set.of());

    Own changedAt(long now) {
      return new Own(clt, now, relayData, options, relayIds, remoteIds);
    }
  }

  /**
   * Who tells an item.
   *
   * @param source which it is: one that is removed and told of again is another of the same name
   */
  record Told(String source, long generation, String feeder, long sequence, long now) {}
}
