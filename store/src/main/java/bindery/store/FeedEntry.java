package bindery.store;

import bindery.log.v1.Apply;
import bindery.log.v1.ApplyResult;
import bindery.log.v1.Feeder;
import bindery.log.v1.Group;
import bindery.log.v1.GroupResult;
import bindery.log.v1.Item;
import bindery.log.v1.ItemResult;
import bindery.log.v1.Job;
import bindery.log.v1.Refusal;
import bindery.log.v1.Source;
import bindery.log.v1.Sweep;
import bindery.model.DhcpTime;
import bindery.v1.RejectReason;
import org.jspecify.annotations.Nullable;

/** What an entry of groups does: each group's items in order, once, of the feeder's own session. */
final class FeedEntry {
  private final RowReader rows;
  private final long nowMillis;
  private final Sessions sessions;
  private final Overlay overlay;
  private final JobRows jobs;
  private final LinkDecider links;
  private final Observations observations;
  private final ExchangeRules rules;

  /**
   * For one entry.
   *
   * @param nowMillis cluster time, milliseconds since 1970
   */
  FeedEntry(RowReader rows, long nowMillis) {
    this.rows = rows;
    this.nowMillis = nowMillis;
    sessions = new Sessions(rows);
    overlay = new Overlay(rows);
    jobs = new JobRows(rows);
    long now = DhcpTime.ofUnixMillis(nowMillis);
    links = new LinkDecider(rows.generation().topologies().of(rows), () -> Sessions.all(rows));
    Rehoming rehoming =
        jobs.find(Job::hasRehome)
            .map(job -> new Rehoming(rows, overlay, links, job.getRehome(), now))
            .orElse(null);
    observations = rows.generation().observations();
    rules = new ExchangeRules(overlay, links, rehoming, observations, now);
  }

  /** Applies all groups, and puts what they change. */
  ApplyResult apply(Apply apply, RowBatch batch) {
    ApplyResult.Builder results = ApplyResult.newBuilder();
    for (Group group : apply.getGroupsList()) {
      results.addGroups(applyGroup(group));
    }
    CarriedIds carried = new CarriedIds(rows);
    overlay.writeTo(batch, carried);
    carried.writeTo(batch);
    sessions.writeTo(batch);
    jobs.writeTo(batch);
    return results.build();
  }

  private GroupResult applyGroup(Group group) {
    Source.Builder source = sessions.find(group.getSource());
    Feeder.Builder feeder = source == null ? null : Sessions.findFeeder(source, group.getFeeder());
    if (source == null || feeder == null || feeder.getSession() != group.getSession()) {
      return GroupResult.newBuilder()
          .setRefusal(
              Sessions.fenced(
                  "session "
                      + group.getSession()
                      + " of feeder "
                      + group.getFeeder()
                      + (feeder == null
                          ? " is over: source " + group.getSource() + " was removed"
                          : " is over: it opened again"),
                  feeder == null ? 0 : feeder.getEpoch()))
          .build();
    }
    long last = feeder.getLastSequence();
    if (group.getFirstSequence() > last + 1) {
      return GroupResult.newBuilder()
          .setRefusal(
              Refusal.newBuilder()
                  .setCode(Refusal.Code.GAP)
                  .setMessage(
                      "a group begins at "
                          + group.getFirstSequence()
                          + " (expected "
                          + (last + 1)
                          + ")"))
          .setLastSequence(last)
          .build();
    }
    links.name(source.getId(), source.getName());
    GroupResult.Builder results = GroupResult.newBuilder();
    for (int i = 0; i < group.getItemsCount(); i++) {
      long sequence = group.getFirstSequence() + i;
      ItemResult.Builder told;
      if (sequence <= feeder.getLastSequence()) {
        told = ItemResult.newBuilder().setOutcome(ItemResult.Outcome.SEEN_BEFORE);
      } else {
        told = applyItem(group.getItems(i), source, feeder, sequence);
        feeder.setLastSequence(sequence);
        source.setLastItemMillis(nowMillis);
      }
      if (told != null) {
        results.addItems(told.setIndex(i));
      }
    }
    if (group.getSourceClockMillis() != 0) {
      source.setSkewMillis(group.getSourceClockMillis() - nowMillis);
      observations.clock(source.getId(), source.getSkewMillis());
    }
    return results.setLastSequence(feeder.getLastSequence()).build();
  }

  private ItemResult.@Nullable Builder applyItem(
      Item item, Source.Builder source, Feeder.Builder feeder, long sequence) {
    return switch (item.getKindCase()) {
      case EXCHANGE -> {
        Teller teller =
            new Teller(source.getId(), source.getSyncGeneration(), feeder.getId(), sequence);
        if (DhcpTime.ofUnixSeconds(item.getExchange().getCltt())
            > DhcpTime.ofUnixMillis(nowMillis)) {
          source.setAhead(source.getAhead() + 1);
        }
        ItemResult.Builder told = rules.apply(item.getExchange(), teller);
        if (told == null || told.getOutcome() != ItemResult.Outcome.REJECTED) {
          fedOutsideSync(source);
        }
        yield told;
      }
      case BEGIN_SYNC -> {
        source.setSyncGeneration(source.getSyncGeneration() + 1);
        feeder.setSyncOpen(true).setSyncGeneration(source.getSyncGeneration());
        yield null;
      }
      case END_SYNC -> endSync(source, feeder, item.getEndSync().getIncomplete());
      case ALIVE -> {
        source.setFollows(true);
        yield null;
      }
      case VOID -> null;
      case KIND_NOT_SET -> rejected(RejectReason.MALFORMED_ITEM, "an item of no kind");
    };
  }

  /** A source that never syncs is fed by its first exchange; one that syncs, by its first sync. */
  private static void fedOutsideSync(Source.Builder source) {
    if (!source.getPartlyFed() && source.getFeedersList().stream().noneMatch(Feeder::getSyncOpen)) {
      source.setFed(true);
    }
  }

  /**
   * Begins the sweep: what was not marked since this feeder's sync began is to be let go of. Not so
   * if the sync could not tell everything.
   */
  private ItemResult.@Nullable Builder endSync(
      Source.Builder source, Feeder.Builder feeder, boolean isIncomplete) {
    if (!feeder.getSyncOpen()) {
      return rejected(
          RejectReason.NO_SYNC_OPEN, "no sync is open (expected one that this feeder began)");
    }
    feeder.setSyncOpen(false);
    if (isIncomplete) {
      source.setPartlyFed(!source.getFed());
      return null;
    }
    source.setFed(true).setPartlyFed(false);
    jobs.removeIf(job -> job.hasSweep() && job.getSweep().getSourceId() == source.getId());
    var unused =
        jobs.begin(
            Job.newBuilder()
                .setSweep(
                    Sweep.newBuilder()
                        .setSource(source.getName())
                        .setSourceId(source.getId())
                        .setGeneration(feeder.getSyncGeneration())));
    return null;
  }

  private static ItemResult.Builder rejected(RejectReason reason, String message) {
    return ItemResult.newBuilder()
        .setOutcome(ItemResult.Outcome.REJECTED)
        .setReason(reason.getNumber())
        .setMessage(message);
  }
}
