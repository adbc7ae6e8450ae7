package bindery.admin;

import bindery.leasequery.AnswerProgress;
import bindery.log.v1.Link;
import bindery.log.v1.Source;
import bindery.raft.Replica;
import bindery.raft.ReplicaStatus;
import bindery.raft.ReplicaStatus.MemberStatus;
import bindery.store.BindingCensus;
import bindery.store.StoreView;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the status page shows of one node, as JSON. Reads the store; any thread. */
public final class StatusJson {
  private static final int GROUPS_TOLD_MAX = 50;
  private static final int ANSWERS_TOLD_MAX = 100;

  private final NodeFacts facts;
  private final Replica replica;
  private final Supplier<List<AnswerProgress>> answers;
  private final RecentEvents events;
  private final LastHour hour;
  private final CensusTaker census;

  /** Of a node whose parts run. */
  public StatusJson(
      NodeFacts facts,
      Replica replica,
      Supplier<List<AnswerProgress>> answers,
      RecentEvents events,
      LastHour hour) {
    this.facts = facts;
    this.replica = replica;
    this.answers = answers;
    this.events = events;
    this.hour = hour;
    census = new CensusTaker(replica.store()::view);
  }

  /** As it is now. */
  String text() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ReplicaStatus status = replica.status();
    root.put("node", facts.node()).put("version", facts.version());
    root.put("ready", facts.readiness().isReady());
    ArrayNode checks = root.putArray("checks");
    for (HealthCheck check : facts.readiness().checks()) {
      checks
          .addObject()
          .put("name", check.subject().label())
          .put("verdict", check.verdict().name().toLowerCase(Locale.ROOT))
          .put("text", check.text());
    }
    putMembers(root, status);
    BindingCensus counted = census.census();
    try (StoreView view = replica.store().view()) {
      root.put("cluster", view.cluster().orElse("")).put("revision", view.revision());
      putSources(root, view);
      putBindings(root, view, counted);
    }
    putAnswers(root, counted);
    ArrayNode told = root.putArray("events");
    for (RecentEvents.Event event : events.all()) {
      told.addObject()
          .put("millis", event.millis())
          .put("level", event.level())
          .put("text", event.text());
    }
    root.put("plot_seconds", LastHour.SECONDS);
    ArrayNode plots = root.putArray("plots");
    for (LastHour.Series series : hour.series()) {
      ObjectNode plot = plots.addObject().put("title", series.title());
      ArrayNode values = plot.putArray("values");
      series.values().forEach(values::add);
    }
    return root.toString();
  }

  private static void putMembers(ObjectNode root, ReplicaStatus status) {
    List<MemberStatus> voters =
        status.members().stream().filter(member -> !member.member().isLearner()).toList();
    root.put("leader", status.leader()).put("term", status.term());
    root.put("voters", voters.size());
    root.put("voters_heard", voters.stream().filter(HealthChecks::isHeard).count());
    root.put("majority", voters.size() / 2 + 1);
    long newest = status.applied().index() + HealthChecks.lag(status);
    ArrayNode members = root.putArray("members");
    for (MemberStatus member : status.members()) {
      String name = member.member().name();
      members
          .addObject()
          .put("name", name)
          .put("address", member.member().address())
          .put("self", member.self())
          .put("role", role(member, status))
          .put("heard", HealthChecks.isHeard(member))
          .put("heard_millis", member.heardMillis())
          .put("lag", member.appliedIndex() < 0 ? -1 : Math.max(0, newest - member.appliedIndex()));
    }
  }

  private static String role(MemberStatus member, ReplicaStatus status) {
    if (member.self()) {
      return status.role().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
    if (member.member().name().equals(status.leader())) {
      return "leader";
    }
    return member.member().isLearner() ? "learner" : "follower";
  }

  private static void putSources(ObjectNode root, StoreView view) {
    List<SourceWarning> warnings = SourceWarnings.of(view);
    ArrayNode sources = root.putArray("sources");
    for (Source source : view.sources()) {
      long last = source.getLastItemMillis();
      ObjectNode told =
          sources
              .addObject()
              .put("name", source.getName())
              .put("quiet_millis", last == 0 ? -1 : Math.max(0, view.clusterTimeMillis() - last))
              .put("silent", view.isSilent(source))
              .put("fed", source.getFed());
      ArrayNode of = told.putArray("warnings");
      warnings.stream()
          .filter(warning -> warning.sources().contains(source.getName()))
          .forEach(warning -> of.add(warning.kind().label()));
    }
  }

  private static void putBindings(ObjectNode root, StoreView view, BindingCensus counted) {
    Map<Integer, String> names = new HashMap<>();
    for (Link link : view.topology().links()) {
      names.put(link.getId(), link.getName());
    }
    root.put("bindings", counted.bindings());
    root.put("bindings_partial", counted.isPartial());
    root.put("bindings_revision", counted.revision());
    putGroups(
        root,
        "links",
        counted.byLink(),
        id -> id == 0 ? "on no link" : names.getOrDefault(id, "link " + id));
    putGroups(root, "relays", counted.byRelay(), Object::toString);
  }

  private static <K> void putGroups(
      ObjectNode root, String key, Map<K, Long> counts, Function<K, String> name) {
    root.put(key + "_count", counts.size());
    ArrayNode groups = root.putArray(key);
    counts.entrySet().stream()
        .sorted(Map.Entry.<K, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(GROUPS_TOLD_MAX)
        .forEach(
            group ->
                groups
                    .addObject()
                    .put("name", name.apply(group.getKey()))
                    .put("bindings", group.getValue()));
  }

  private void putAnswers(ObjectNode root, BindingCensus counted) {
    List<AnswerProgress> all = answers.get();
    root.put("answers_count", all.size());
    ArrayNode told = root.putArray("answers");
    all.stream()
        .sorted(Comparator.comparingLong(AnswerProgress::nanos).reversed())
        .limit(ANSWERS_TOLD_MAX)
        .forEach(
            answer ->
                told.addObject()
                    .put("from", answer.from())
                    .put("what", answer.what())
                    .put("millis", answer.nanos() / 1_000_000)
                    .put("octets", answer.octets())
                    .put("bindings", answer.bindings())
                    .put(
                        "bindings_about",
                        answer
                            .walked()
                            .map(walked -> AnswerSize.about(walked, counted).orElse(-1))
                            .orElse(-1L)));
  }
}
