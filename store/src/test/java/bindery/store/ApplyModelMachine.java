package bindery.store;

import bindery.log.v1.ApplyResult;
import bindery.log.v1.Command;
import bindery.log.v1.Group;
import bindery.log.v1.GroupResult;
import bindery.log.v1.Item;
import bindery.log.v1.ItemResult;
import bindery.log.v1.Link;
import bindery.log.v1.LinkResult;
import bindery.log.v1.OpenResult;
import bindery.log.v1.OpenSession;
import bindery.log.v1.PutLink;
import bindery.log.v1.Refusal;
import bindery.log.v1.Result;
import bindery.log.v1.SourceSubnet;
import bindery.model.DhcpTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Applies entries to an {@link ApplyModel}: sessions, sequences and links around it. */
final class ApplyModelMachine {
  /** How far a feeder is. */
  record Feeder(long epoch, long session, long last) {}

  private final ApplyModel model = new ApplyModel();
  private final Map<String, Feeder> feeders = new TreeMap<>();
  private long clusterTimeMillis;
  private int lastLinkId;

  ApplyModel model() {
    return model;
  }

  static String name(String source, String feeder) {
    return source + "/" + feeder;
  }

  /** The feeder as it stands; of epoch 0 if it never opened. */
  Feeder feeder(String source, String feeder) {
    return feeders.getOrDefault(name(source, feeder), new Feeder(0, 0, 0));
  }

  long now() {
    return DhcpTime.ofUnixMillis(clusterTimeMillis);
  }

  /** What the entry must answer, without messages. */
  Result apply(long index, Command command) {
    clusterTimeMillis = Math.max(clusterTimeMillis, command.getProposedAtMillis());
    Result.Builder result =
        Result.newBuilder().setRevision(index).setClusterTimeMillis(clusterTimeMillis);
    switch (command.getKindCase()) {
      case OPEN_SESSION -> open(index, command.getOpenSession(), result);
      case APPLY -> {
        ApplyResult.Builder groups = ApplyResult.newBuilder();
        command.getApply().getGroupsList().forEach(group -> groups.addGroups(group(group)));
        result.setApply(groups);
      }
      case PUT_LINK -> putLink(command.getPutLink(), result);
      case DELETE_LINK -> deleteLink(command.getDeleteLink().getName(), result);
      case BARRIER -> {}
      case STEP, ACCEPT_SWEEP, REMOVE_SOURCE, SET_CLUSTER, KIND_NOT_SET ->
          throw new IllegalStateException("not modelled: " + command.getKindCase());
    }
    return result.build();
  }

  private static Refusal refusal(Refusal.Code code) {
    return Refusal.newBuilder().setCode(code).build();
  }

  private static Refusal fenced(Feeder held) {
    return Refusal.newBuilder().setCode(Refusal.Code.FENCED).setHeldEpoch(held.epoch()).build();
  }

  private void open(long index, OpenSession open, Result.Builder result) {
    Feeder held = feeder(open.getSource(), open.getFeeder());
    if (open.getEpoch() < held.epoch()) {
      result.setRefusal(fenced(held));
      return;
    }
    long last = open.getEpoch() == held.epoch() ? held.last() : 0;
    feeders.put(name(open.getSource(), open.getFeeder()), new Feeder(open.getEpoch(), index, last));
    result.setOpen(OpenResult.newBuilder().setSession(index).setLastSequence(last));
  }

  private GroupResult group(Group group) {
    Feeder held = feeder(group.getSource(), group.getFeeder());
    if (held.session() != group.getSession() || held.session() == 0) {
      return GroupResult.newBuilder().setRefusal(fenced(held)).build();
    }
    GroupResult.Builder result = GroupResult.newBuilder();
    if (group.getFirstSequence() > held.last() + 1) {
      return result.setRefusal(refusal(Refusal.Code.GAP)).setLastSequence(held.last()).build();
    }
    String feeder = name(group.getSource(), group.getFeeder());
    long sequence = group.getFirstSequence();
    for (int i = 0; i < group.getItemsCount(); i++, sequence++) {
      ItemResult.Builder told =
          sequence <= held.last()
              ? ItemResult.newBuilder().setOutcome(ItemResult.Outcome.SEEN_BEFORE)
              : item(
                  group.getItems(i),
                  new ApplyModelState.Told(group.getSource(), feeder, sequence, now()));
      if (told != null) {
        result.addItems(told.setIndex(i));
      }
    }
    long last = Math.max(held.last(), sequence - 1);
    feeders.put(feeder, new Feeder(held.epoch(), held.session(), last));
    return result.setLastSequence(last).build();
  }

  private ItemResult.@Nullable Builder item(Item item, ApplyModelState.Told by) {
    return item.hasExchange() ? model.exchange(item.getExchange(), by) : null;
  }

  private void putLink(PutLink put, Result.Builder result) {
    Link asked = put.getLink();
    Link held = model.links().byName().get(asked.getName());
    long version = held == null ? 0 : held.getVersion();
    if (put.hasExpectedVersion() && put.getExpectedVersion() != version) {
      result.setRefusal(refusal(Refusal.Code.VERSION_MISMATCH));
      return;
    }
    for (Link other : model.links().all()) {
      for (SourceSubnet subnet : asked.getSubnetsList()) {
        if (!other.getName().equals(asked.getName()) && other.getSubnetsList().contains(subnet)) {
          result.setRefusal(refusal(Refusal.Code.CONFLICT));
          return;
        }
      }
    }
    int id = held == null ? ++lastLinkId : held.getId();
    Link link = asked.toBuilder().setId(id).setVersion(version + 1).build();
    Map<String, Link> changed = new TreeMap<>(model.links().byName());
    changed.put(link.getName(), link);
    boolean isSame =
        held != null
            && link.toBuilder()
                .clearVersion()
                .build()
                .equals(held.toBuilder().clearVersion().build());
    long moved = model.relink(changed, isSame ? Set.of() : null, now());
    result.setLink(LinkResult.newBuilder().setLink(link).setBindingsMoved(moved));
  }

  // Moves what is on the link, and what was on none because two links claimed it.
  private void deleteLink(String name, Result.Builder result) {
    Map<String, Link> changed = new TreeMap<>(model.links().byName());
    Link held = changed.remove(name);
    if (held == null) {
      result.setRefusal(refusal(Refusal.Code.NOT_FOUND));
      return;
    }
    long moved = model.relink(changed, Set.of(0, held.getId()), now());
    result.setLink(LinkResult.newBuilder().setLink(held).setBindingsMoved(moved));
  }

  /** The result without messages, which the model does not tell. */
  static Result plain(Result result) {
    Result.Builder plain = result.toBuilder();
    if (plain.hasRefusal()) {
      plain.getRefusalBuilder().clearMessage();
    }
    if (plain.hasApply()) {
      for (GroupResult.Builder group : plain.getApplyBuilder().getGroupsBuilderList()) {
        if (group.hasRefusal()) {
          group.getRefusalBuilder().clearMessage();
        }
        group.getItemsBuilderList().forEach(ItemResult.Builder::clearMessage);
      }
    }
    return plain.build();
  }
}
