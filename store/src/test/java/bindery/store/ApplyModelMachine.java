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
import bindery.log.v1.SetCluster;
import bindery.log.v1.Settings;
import bindery.log.v1.SourceResult;
import bindery.log.v1.SourceSubnet;
import bindery.log.v1.Step;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import bindery.v1.RejectReason;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Applies entries to an {@link ApplyModel}: sessions, sequences and links around it. */
final class ApplyModelMachine {
  /** The settings that the cluster begins with, seconds. */
  static final long RETAIN = 12;

  static final long SILENT_AFTER = 6;

  /** How far a feeder is. */
  record Feeder(long epoch, long session, long last, boolean syncOpen, long syncGeneration) {}

  /** What is known of a source. */
  private static final class Feeding {
    final String id;
    long generation;
    boolean follows;
    long lastItemMillis;

    Feeding(String id) {
      this.id = id;
    }
  }

  private final ApplyModel model = new ApplyModel();
  private final Map<String, Feeder> feeders = new TreeMap<>();
  private final Map<String, Feeding> sources = new TreeMap<>();
  private final Set<String> removed = new TreeSet<>();
  private final ApplyModelJobs jobs;
  private final Set<Duid> rehomed = new TreeSet<>();
  private long clusterTimeMillis;
  private int lastLinkId;

  ApplyModelMachine(JobLimits limits) {
    jobs = new ApplyModelJobs(model, limits);
  }

  /** The entry that a history begins with. */
  static Command.Builder settings() {
    return Command.newBuilder()
        .setSetCluster(
            SetCluster.newBuilder()
                .setSettings(
                    Settings.newBuilder()
                        .setRetainEndedSeconds(RETAIN)
                        .setSourceSilentAfterSeconds(SILENT_AFTER)
                        .setSweepLimitPermille(ApplyModelJobs.SWEEP_PERMILLE)));
  }

  ApplyModelJobs jobs() {
    return jobs;
  }

  ApplyModel model() {
    return model;
  }

  /** What the source of that name is held as in the model; empty if there is none now. */
  String source(String name) {
    Feeding feeding = sources.get(name);
    return feeding == null ? "" : feeding.id;
  }

  static String name(String source, String feeder) {
    return source + "/" + feeder;
  }

  /** The feeder as it stands; of epoch 0 if it never opened. */
  Feeder feeder(String source, String feeder) {
    return feeders.getOrDefault(name(source(source), feeder), new Feeder(0, 0, 0, false, 0));
  }

  private Feeding begin(String source) {
    String id = source + "#" + removed.stream().filter(was -> was.startsWith(source)).count();
    model.sourceNames().put(id, source);
    return new Feeding(id);
  }

  long now() {
    return DhcpTime.ofUnixMillis(clusterTimeMillis);
  }

  /** What the entry must answer, without messages. */
  Result apply(long index, Command command) {
    return apply(index, command, key -> false);
  }

  /**
   * As above.
   *
   * @param stays which leases a purge has left that it may leave
   */
  Result apply(long index, Command command, Predicate<LeaseKey> stays) {
    clusterTimeMillis = Math.max(clusterTimeMillis, command.getProposedAtMillis());
    rehomed.clear();
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
      case STEP -> step(command.getStep(), stays, result);
      case ACCEPT_SWEEP -> acceptSweep(command.getAcceptSweep().getSource(), result);
      case SET_CLUSTER -> {} // what settings() says
      case REMOVE_SOURCE -> removeSource(command.getRemoveSource().getSource(), result);
      case KIND_NOT_SET -> throw new IllegalStateException();
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
    boolean resumes = open.getEpoch() == held.epoch();
    long last = resumes ? held.last() : 0;
    boolean syncOpen = resumes && held.syncOpen();
    Feeding feeding = sources.computeIfAbsent(open.getSource(), this::begin);
    feeders.put(
        name(feeding.id, open.getFeeder()),
        new Feeder(open.getEpoch(), index, last, syncOpen, held.syncGeneration()));
    result.setOpen(
        OpenResult.newBuilder().setSession(index).setLastSequence(last).setSyncOpen(syncOpen));
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
    Feeding feeding = sources.computeIfAbsent(group.getSource(), this::begin);
    String feeder = name(feeding.id, group.getFeeder());
    long sequence = group.getFirstSequence();
    for (int i = 0; i < group.getItemsCount(); i++, sequence++) {
      Feeder now = feeder(group.getSource(), group.getFeeder());
      ItemResult.Builder told;
      if (sequence <= now.last()) {
        told = ItemResult.newBuilder().setOutcome(ItemResult.Outcome.SEEN_BEFORE);
      } else {
        feeders.put(
            feeder,
            new Feeder(now.epoch(), now.session(), sequence, now.syncOpen(), now.syncGeneration()));
        told = item(group.getItems(i), feeding, feeder, sequence);
      }
      if (told != null) {
        result.addItems(told.setIndex(i));
      }
    }
    return result.setLastSequence(feeder(group.getSource(), group.getFeeder()).last()).build();
  }

  private ItemResult.@Nullable Builder item(
      Item item, Feeding feeding, String feeder, long sequence) {
    Feeder held = feeders.getOrDefault(feeder, new Feeder(0, 0, 0, false, 0));
    feeding.lastItemMillis = clusterTimeMillis;
    switch (item.getKindCase()) {
      case EXCHANGE -> {
        if (jobs.isRehoming() && !model.isRejected(item.getExchange())) {
          model.met(item.getExchange()).stream()
              .filter(rehomed::add) // once an entry
              .forEach(client -> model.rehomeClient(client, jobs.changed(), now()));
        }
        return model.exchange(
            item.getExchange(),
            new ApplyModelState.Told(feeding.id, feeding.generation, feeder, sequence, now()));
      }
      case BEGIN_SYNC -> {
        feeding.generation++;
        feeders.put(
            feeder, new Feeder(held.epoch(), held.session(), sequence, true, feeding.generation));
      }
      case END_SYNC -> {
        if (!held.syncOpen()) {
          return ItemResult.newBuilder()
              .setOutcome(ItemResult.Outcome.REJECTED)
              .setReason(RejectReason.NO_SYNC_OPEN_VALUE);
        }
        feeders.put(
            feeder,
            new Feeder(held.epoch(), held.session(), sequence, false, held.syncGeneration()));
        jobs.sweep(feeding.id, held.syncGeneration());
      }
      case ALIVE -> feeding.follows = true;
      case VOID, KIND_NOT_SET -> {}
    }
    return null;
  }

  private void step(Step step, Predicate<LeaseKey> stays, Result.Builder result) {
    if (step.getJob() == 0) {
      Set<String> silent = new TreeSet<>();
      sources
          .values()
          .forEach(
              feeding -> {
                if (feeding.follows
                    && clusterTimeMillis - feeding.lastItemMillis > 1_000 * SILENT_AFTER) {
                  silent.add(feeding.id);
                }
              });
      jobs.purge(now() - RETAIN, silent, stays);
      return; // how many rows that took is no business of the model
    }
    result.setStep(jobs.step(step, now()));
  }

  private void acceptSweep(String source, Result.Builder result) {
    SourceResult accepted = jobs.accept(source(source), now());
    if (accepted == null) {
      result.setRefusal(refusal(Refusal.Code.NOT_FOUND));
    } else {
      result.setSource(accepted);
    }
  }

  private void removeSource(String source, Result.Builder result) {
    Feeding gone = sources.remove(source);
    if (gone == null) {
      result.setRefusal(refusal(Refusal.Code.NOT_FOUND));
      return;
    }
    removed.add(gone.id);
    model.sourceNames().remove(gone.id);
    feeders.keySet().removeIf(feeder -> feeder.startsWith(gone.id + "/"));
    result.setSource(jobs.remove(gone.id, now()));
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
    model.relink(changed);
    LinkResult.Builder told = LinkResult.newBuilder().setLink(link);
    if (!isSame) {
      jobs.rehome(told, id, now());
    }
    result.setLink(told);
  }

  private void deleteLink(String name, Result.Builder result) {
    Map<String, Link> changed = new TreeMap<>(model.links().byName());
    Link held = changed.remove(name);
    if (held == null) {
      result.setRefusal(refusal(Refusal.Code.NOT_FOUND));
      return;
    }
    model.relink(changed);
    LinkResult.Builder told = LinkResult.newBuilder().setLink(held);
    jobs.rehome(told, held.getId(), now());
    result.setLink(told);
  }

  /** The result without messages, which the model does not tell. */
  static Result plain(Result result, boolean isPurge) {
    Result.Builder plain = result.toBuilder();
    if (plain.hasRefusal()) {
      plain.getRefusalBuilder().clearMessage();
    }
    if (plain.hasStep() && plain.getStep().getTaken() && isPurge) {
      plain.clearStep();
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
