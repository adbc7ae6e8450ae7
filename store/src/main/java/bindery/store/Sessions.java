package bindery.store;

import bindery.log.v1.Feeder;
import bindery.log.v1.OpenResult;
import bindery.log.v1.OpenSession;
import bindery.log.v1.Refusal;
import bindery.log.v1.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sources and feeders that one log entry touches: who may feed, from which sequence on.
 *
 * <p>A feeder's epoch only grows; each opening begins a session, whose number is the index of its
 * entry, and fences the older ones. Within an epoch sequences are applied once and without a gap.
 */
final class Sessions {
  private final RowReader rows;
  private final Map<String, Source.Builder> sources = new LinkedHashMap<>();
  private long sourceId;
  private long feederId;
  private boolean isSourceIdGiven;
  private boolean isFeederIdGiven;

  Sessions(RowReader rows) {
    this.rows = rows;
  }

  /** All sources, by name, as the rows have them. */
  static List<Source> all(RowReader rows) {
    List<Source> sources = new ArrayList<>();
    try (RowRange range = rows.all(Family.SOURCE)) {
      while (range.next()) {
        sources.add(MetaRow.parseSource(range.value()));
      }
    }
    return sources;
  }

  /** What became of an opening: its result, or why it was refused. */
  record Opening(@Nullable OpenResult result, @Nullable Refusal refusal) {}

  /** Opens a session: the held epoch resumes, a higher one starts anew, a lower one is fenced. */
  Opening open(
      OpenSession request, long index, Optional<com.google.protobuf.ByteString> incarnation) {
    Source.Builder source = find(request.getSource());
    Feeder.Builder feeder = source == null ? null : findFeeder(source, request.getFeeder());
    if (feeder != null && request.getEpoch() < feeder.getEpoch()) {
      return new Opening(
          null,
          fenced(
              "epoch " + request.getEpoch() + " is below the held " + feeder.getEpoch(),
              feeder.getEpoch()));
    }
    if (source == null) {
      source = add(request.getSource());
    }
    if (feeder == null) {
      feeder = addFeeder(source, request.getFeeder());
    }
    if (request.getEpoch() > feeder.getEpoch()) {
      feeder.setEpoch(request.getEpoch()).setLastSequence(0).setSyncOpen(false);
    }
    feeder.setSession(index);
    OpenResult.Builder result =
        OpenResult.newBuilder()
            .setSession(index)
            .setLastSequence(feeder.getLastSequence())
            .setSyncOpen(feeder.getSyncOpen());
    incarnation.ifPresent(result::setIncarnation);
    return new Opening(result.build(), null);
  }

  /** A source as it stands in this entry; null if there is none of that name. */
  Source.@Nullable Builder find(String name) {
    Source.Builder held = sources.get(name);
    if (held == null) {
      byte[] row = rows.get(Family.SOURCE, Keys.source(name));
      if (row == null) {
        return null;
      }
      held = MetaRow.parseSource(row).toBuilder();
      sources.put(name, held);
    }
    return held;
  }

  /** The feeder of that name; null if the source has none. */
  static Feeder.@Nullable Builder findFeeder(Source.Builder source, String name) {
    for (Feeder.Builder feeder : source.getFeedersBuilderList()) {
      if (feeder.getName().equals(name)) {
        return feeder;
      }
    }
    return null;
  }

  private Source.Builder add(String name) {
    if (!isSourceIdGiven) {
      sourceId = MetaRow.readNumber(rows, MetaKey.SOURCE_ID);
      isSourceIdGiven = true;
    }
    Source.Builder source = Source.newBuilder().setName(name).setId((int) ++sourceId);
    sources.put(name, source);
    return source;
  }

  private Feeder.Builder addFeeder(Source.Builder source, String name) {
    if (!isFeederIdGiven) {
      feederId = MetaRow.readNumber(rows, MetaKey.FEEDER_ID);
      isFeederIdGiven = true;
    }
    return source.addFeedersBuilder().setName(name).setId((int) ++feederId);
  }

  /** The refusal of who may not go on. */
  static Refusal fenced(String why, long heldEpoch) {
    return Refusal.newBuilder()
        .setCode(Refusal.Code.FENCED)
        .setMessage(why)
        .setHeldEpoch(heldEpoch)
        .build();
  }

  /** Puts every source that was touched. */
  void writeTo(RowBatch batch) {
    sources.forEach(
        (name, source) ->
            batch.put(Family.SOURCE, Keys.source(name), MetaRow.message(source.build())));
    if (isSourceIdGiven) {
      batch.put(Family.META, MetaKey.SOURCE_ID.octets(), MetaRow.number(sourceId));
    }
    if (isFeederIdGiven) {
      batch.put(Family.META, MetaKey.FEEDER_ID.octets(), MetaRow.number(feederId));
    }
  }
}
