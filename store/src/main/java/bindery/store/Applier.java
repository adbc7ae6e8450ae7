package bindery.store;

import bindery.log.v1.Apply;
import bindery.log.v1.ApplyResult;
import bindery.log.v1.Command;
import bindery.log.v1.Feeder;
import bindery.log.v1.Group;
import bindery.log.v1.GroupResult;
import bindery.log.v1.Identity;
import bindery.log.v1.Item;
import bindery.log.v1.ItemResult;
import bindery.log.v1.Refusal;
import bindery.log.v1.Result;
import bindery.log.v1.SetCluster;
import bindery.log.v1.Settings;
import bindery.log.v1.Source;
import bindery.model.DhcpTime;
import bindery.v1.RejectReason;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns a log entry into rows. Deterministic: what it puts and answers hangs on the rows, the entry
 * and its position alone. Nothing that an entry says makes it throw: what cannot be done is
 * answered.
 */
final class Applier {
  /**
   * Applies one entry.
   *
   * @param rows the state before the entry
   * @param batch takes every change; the caller adds the applied index and writes it
   */
  Result apply(RowReader rows, RowBatch batch, AppliedIndex at, Command command) {
    long before = MetaRow.readNumber(rows, MetaKey.CLUSTER_TIME);
    long nowMillis = Math.max(before, command.getProposedAtMillis());
    Result.Builder result =
        Result.newBuilder().setRevision(at.index()).setClusterTimeMillis(nowMillis);
    switch (command.getKindCase()) {
      case OPEN_SESSION -> open(rows, batch, at, command, result);
      case APPLY -> apply(rows, batch, command.getApply(), nowMillis, result);
      case PUT_LINK, DELETE_LINK -> changeLink(rows, batch, command, nowMillis, result);
      case SET_CLUSTER -> setCluster(rows, batch, command.getSetCluster());
      case BARRIER -> {}
      case STEP, ACCEPT_SWEEP, REMOVE_SOURCE, KIND_NOT_SET ->
          result.setRefusal(
              Refusal.newBuilder()
                  .setCode(Refusal.Code.NOT_SUPPORTED)
                  .setMessage(
                      "an entry of kind "
                          + command.getKindCase()
                          + " is not carried out at this level"));
    }
    batch.put(Family.META, MetaKey.CLUSTER_TIME.octets(), MetaRow.number(nowMillis));
    return result.build();
  }

  private static void open(
      RowReader rows, RowBatch batch, AppliedIndex at, Command command, Result.Builder result) {
    byte[] identity = rows.get(MetaKey.IDENTITY);
    Optional<ByteString> incarnation =
        identity == null
            ? Optional.empty()
            : Optional.of(MetaRow.parseIdentity(identity).getIncarnation());
    Sessions sessions = new Sessions(rows);
    Sessions.Opening opening = sessions.open(command.getOpenSession(), at.index(), incarnation);
    if (opening.refusal() != null) {
      result.setRefusal(opening.refusal());
    } else if (opening.result() != null) {
      result.setOpen(opening.result());
      sessions.writeTo(batch);
    }
  }

  private static void apply(
      RowReader rows, RowBatch batch, Apply apply, long nowMillis, Result.Builder result) {
    Sessions sessions = new Sessions(rows);
    Overlay overlay = new Overlay(rows);
    LinkDecider links = new LinkDecider(rows.generation().topologies().of(rows), List.of());
    ExchangeRules rules = new ExchangeRules(overlay, links, DhcpTime.ofUnixMillis(nowMillis));
    ApplyResult.Builder results = ApplyResult.newBuilder();
    for (Group group : apply.getGroupsList()) {
      results.addGroups(applyGroup(group, sessions, links, rules, nowMillis));
    }
    CarriedIds carried = new CarriedIds(rows);
    overlay.writeTo(batch, carried);
    carried.writeTo(batch);
    sessions.writeTo(batch);
    result.setApply(results);
  }

  private static GroupResult applyGroup(
      Group group, Sessions sessions, LinkDecider links, ExchangeRules rules, long nowMillis) {
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
                      + " is over: it opened again",
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
        Teller teller =
            new Teller(source.getId(), source.getSyncGeneration(), feeder.getId(), sequence);
        told = applyItem(group.getItems(i), teller, source, rules);
        feeder.setLastSequence(sequence);
        source.setLastItemMillis(nowMillis);
      }
      if (told != null) {
        results.addItems(told.setIndex(i));
      }
    }
    if (group.getSourceClockMillis() != 0) {
      source.setSkewMillis(group.getSourceClockMillis() - nowMillis);
    }
    return results.setLastSequence(feeder.getLastSequence()).build();
  }

  private static ItemResult.@Nullable Builder applyItem(
      Item item, Teller teller, Source.Builder source, ExchangeRules rules) {
    return switch (item.getKindCase()) {
      case EXCHANGE -> {
        ItemResult.Builder told = rules.apply(item.getExchange(), teller);
        if (told == null || told.getOutcome() != ItemResult.Outcome.REJECTED) {
          source.setFed(true);
        }
        yield told;
      }
      case ALIVE, VOID -> null;
      case BEGIN_SYNC, END_SYNC ->
          rejected(RejectReason.NOT_SUPPORTED, "a sync is not carried out at this level");
      case KIND_NOT_SET -> rejected(RejectReason.MALFORMED_ITEM, "an item of no kind");
    };
  }

  private static ItemResult.Builder rejected(RejectReason reason, String message) {
    return ItemResult.newBuilder()
        .setOutcome(ItemResult.Outcome.REJECTED)
        .setReason(reason.getNumber())
        .setMessage(message);
  }

  private static void changeLink(
      RowReader rows, RowBatch batch, Command command, long nowMillis, Result.Builder result) {
    LinkChanges changes =
        new LinkChanges(
            rows,
            rows.generation().topologies().of(rows),
            sources(rows),
            DhcpTime.ofUnixMillis(nowMillis));
    Overlay overlay = new Overlay(rows);
    CarriedIds carried = new CarriedIds(rows);
    LinkChanges.Change change =
        command.hasPutLink()
            ? changes.put(command.getPutLink(), batch, overlay, carried)
            : changes.delete(command.getDeleteLink(), batch, overlay, carried);
    if (change.refusal() != null) {
      result.setRefusal(change.refusal());
    } else if (change.result() != null) {
      result.setLink(change.result());
    }
  }

  private static List<Source> sources(RowReader rows) {
    List<Source> sources = new ArrayList<>();
    try (RowRange range = rows.all(Family.SOURCE)) {
      while (range.next()) {
        sources.add(MetaRow.parseSource(range.value()));
      }
    }
    return sources;
  }

  private static void setCluster(RowReader rows, RowBatch batch, SetCluster request) {
    if (request.getLevel() != 0) {
      long held = MetaRow.readNumber(rows, MetaKey.LEVEL);
      batch.put(
          Family.META, MetaKey.LEVEL.octets(), MetaRow.number(Math.max(held, request.getLevel())));
    }
    if (request.hasIdentity() && rows.get(MetaKey.IDENTITY) == null) {
      Identity identity = request.getIdentity();
      batch.put(Family.META, MetaKey.IDENTITY.octets(), MetaRow.message(identity));
    }
    if (request.hasSettings()) {
      byte[] row = rows.get(MetaKey.SETTINGS);
      Settings held = row == null ? Settings.getDefaultInstance() : MetaRow.parseSettings(row);
      batch.put(
          Family.META,
          MetaKey.SETTINGS.octets(),
          MetaRow.message(held.toBuilder().mergeFrom(request.getSettings()).build()));
    }
  }
}
