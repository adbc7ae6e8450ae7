package bindery.cli;

import bindery.cli.EachServer.Reply;
import bindery.v1.FeederStatus;
import bindery.v1.JobStatus;
import bindery.v1.MemberStatus;
import bindery.v1.SourceStatus;
import bindery.v1.StatusResponse;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** What nodes answered about themselves, for people and for scripts. */
final class StatusText {
  private StatusText() {}

  /** A column for each node, a row for each fact. */
  static void table(List<Reply<StatusResponse>> answers, PrintWriter out) {
    List<String> headings = new ArrayList<>();
    headings.add("SERVER");
    answers.forEach(answer -> headings.add(answer.server().toString()));
    try (TableWriter table = new TableWriter(out, headings)) {
      row(table, "node", answers, StatusResponse::getNode);
      row(table, "cluster", answers, StatusResponse::getCluster);
      row(table, "version", answers, StatusResponse::getVersion);
      row(table, "level", answers, StatusText::level);
      row(table, "role", answers, StatusText::role);
      row(table, "leader", answers, s -> s.getLeader().isEmpty() ? "none" : s.getLeader());
      row(table, "members heard", answers, StatusText::members);
      row(table, "term", answers, s -> Long.toString(s.getTerm()));
      row(table, "revision", answers, s -> Long.toString(s.getRevision()));
      row(table, "behind", answers, s -> Long.toString(behind(s)));
      row(table, "snapshot at", answers, s -> Long.toString(s.getSnapshotIndex()));
      row(table, "cluster time", answers, s -> instant(s.getClusterTimeMillis()));
      row(table, "clock offset", answers, StatusText::clockOffset);
      row(table, "last barrier", answers, StatusText::barrier);
      row(table, "links", answers, s -> Long.toString(s.getLinks()));
      row(table, "bindings (about)", answers, s -> Long.toString(s.getBindingsEstimate()));
      row(
          table,
          "log, store",
          answers,
          s -> size(s.getLogBytes()) + ", " + size(s.getStoreBytes()));
      row(table, "connections", answers, s -> Integer.toString(s.getLeasequeryConnections()));
      row(table, "answers running", answers, s -> Integer.toString(s.getLeasequeryAnswers()));
      for (String source : sources(answers)) {
        row(table, "source " + source, answers, s -> source(s, source));
      }
      for (String setting : settings(answers)) {
        row(table, setting, answers, s -> s.getSettingsOrDefault(setting, "-"));
      }
      row(table, "jobs", answers, StatusText::jobs);
      row(table, "warnings", answers, s -> Integer.toString(s.getWarningsCount()));
    }
  }

  private static void row(
      TableWriter table,
      String heading,
      List<Reply<StatusResponse>> answers,
      Function<StatusResponse, String> fact) {
    List<String> cells = new ArrayList<>();
    cells.add(heading);
    answers.forEach(answer -> cells.add(answer.given().map(fact).orElse("unreachable")));
    table.row(cells);
  }

  private static String level(StatusResponse status) {
    return status.getLevel()
        + (status.getLevelSupported() > status.getLevel()
            ? ", knows " + status.getLevelSupported()
            : "");
  }

  private static String role(StatusResponse status) {
    return status.getRole().toString().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String members(StatusResponse status) {
    long heard = status.getMembersList().stream().filter(StatusCommand::isHeard).count();
    return heard + " of " + status.getMembersCount();
  }

  // Nodes answer each at its own instant, so none is measured by what another said.
  private static long behind(StatusResponse status) {
    return Math.max(0, status.getCommittedIndex() - status.getRevision());
  }

  private static String instant(long millis) {
    return millis == 0
        ? "none yet"
        : Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String clockOffset(StatusResponse status) {
    return String.format(Locale.ROOT, "%+.3fs", status.getClockOffsetMillis() / 1e3);
  }

  private static String barrier(StatusResponse status) {
    long millis = status.getBarrierAgeMillis();
    return millis < 0 ? "none yet" : String.format(Locale.ROOT, "%.1fs ago", millis / 1e3);
  }

  private static String size(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }

  private static String jobs(StatusResponse status) {
    List<String> jobs = new ArrayList<>();
    for (JobStatus job : status.getJobsList()) {
      jobs.add(
          job.getKind().toString().toLowerCase(Locale.ROOT).replace('_', ' ')
              + (job.getSource().isEmpty() ? "" : " of " + job.getSource())
              + progress(job, status.getBindingsEstimate()));
    }
    return jobs.isEmpty() ? "none" : String.join(", ", jobs);
  }

  // How many leases there are is not known, so what walks over leases has no percentage.
  private static String progress(JobStatus job, long bindings) {
    return switch (job.getKind()) {
      case SWEEP_HELD -> "";
      case REHOME -> " " + Math.min(99, 100 * job.getVisited() / Math.max(1, bindings)) + "%";
      case SWEEP_COUNTING, SWEEPING, REMOVAL, KIND_UNSPECIFIED, UNRECOGNIZED ->
          " " + job.getVisited() + " leases";
    };
  }

  private static Set<String> settings(List<Reply<StatusResponse>> answers) {
    Set<String> names = new TreeSet<>();
    answers.stream()
        .flatMap(answer -> answer.given().stream())
        .forEach(status -> names.addAll(status.getSettingsMap().keySet()));
    return names;
  }

  private static Set<String> sources(List<Reply<StatusResponse>> answers) {
    Set<String> names = new TreeSet<>();
    answers.stream()
        .flatMap(answer -> answer.given().stream())
        .forEach(status -> status.getSourcesList().forEach(source -> names.add(source.getName())));
    return names;
  }

  private static String source(StatusResponse status, String name) {
    for (SourceStatus source : status.getSourcesList()) {
      if (source.getName().equals(name)) {
        List<String> feeders = new ArrayList<>();
        for (FeederStatus feeder : source.getFeedersList()) {
          feeders.add(feeder.getName() + "@" + feeder.getLastSequence());
        }
        return String.join(",", feeders)
            + " "
            + SourceListCommand.lastHeard(source, status.getClusterTimeMillis())
            + ", "
            + SourceListCommand.state(status, source);
      }
    }
    return "-";
  }

  /** One object; its keys stay. Counts are numbers, instants milliseconds since 1970. */
  static String json(Reply<StatusResponse> answer) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("server", answer.server().toString());
    object.put("reached", answer.given().isPresent());
    answer.given().ifPresent(status -> put(object, status));
    return object.toString();
  }

  private static void put(ObjectNode object, StatusResponse status) {
    HexFormat hex = HexFormat.of();
    object.put("node", status.getNode());
    object.put("cluster", status.getCluster());
    object.put("cluster_duid", hex.formatHex(status.getClusterDuid().toByteArray()));
    object.put("incarnation", hex.formatHex(status.getIncarnation().toByteArray()));
    object.put("version", status.getVersion());
    object.put("level", status.getLevel());
    object.put("level_supported", status.getLevelSupported());
    object.put("role", status.getRole().toString().toLowerCase(Locale.ROOT));
    object.put("leader", status.getLeader());
    object.put("term", status.getTerm());
    object.put("revision", status.getRevision());
    object.put("committed_index", status.getCommittedIndex());
    object.put("snapshot_index", status.getSnapshotIndex());
    object.put("log_start_index", status.getLogStartIndex());
    object.put("log_bytes", status.getLogBytes());
    object.put("store_bytes", status.getStoreBytes());
    object.put("cluster_time_millis", status.getClusterTimeMillis());
    object.put("clock_offset_millis", status.getClockOffsetMillis());
    object.put("barrier_age_millis", status.getBarrierAgeMillis());
    object.put("links", status.getLinks());
    object.put("bindings_estimate", status.getBindingsEstimate());
    object.put("leasequery_connections", status.getLeasequeryConnections());
    object.put("leasequery_answers", status.getLeasequeryAnswers());
    ArrayNode members = object.putArray("members");
    status.getMembersList().forEach(member -> put(members.addObject(), member));
    ArrayNode sources = object.putArray("sources");
    status.getSourcesList().forEach(source -> put(sources.addObject(), source));
    ArrayNode jobs = object.putArray("jobs");
    status
        .getJobsList()
        .forEach(
            job ->
                jobs.addObject()
                    .put("id", job.getId())
                    .put("kind", job.getKind().toString().toLowerCase(Locale.ROOT))
                    .put("source", job.getSource())
                    .put("visited", job.getVisited())
                    .put("changed", job.getChanged())
                    .put("live", job.getLive())
                    .put("going", job.getGoing()));
    ObjectNode settings = object.putObject("settings");
    status.getSettingsMap().forEach(settings::put);
    status.getWarningsList().forEach(object.putArray("warnings")::add);
  }

  private static void put(ObjectNode object, MemberStatus member) {
    object.put("name", member.getName());
    object.put("raft_address", member.getRaftAddress());
    object.put("learner", member.getLearner());
    object.put("match_index", member.getMatchIndex());
    object.put("applied_index", member.getAppliedIndex());
    object.put("heard_millis", member.getHeardMillis());
    if (member.hasClockOffsetMillis()) {
      object.put("clock_offset_millis", member.getClockOffsetMillis());
    }
    object.put("self", member.getSelf());
  }

  static void put(ObjectNode object, SourceStatus source) {
    object.put("name", source.getName());
    object.put("last_item_millis", source.getLastItemMillis());
    object.put("fed", source.getFed());
    object.put("partly_fed", source.getPartlyFed());
    object.put("silent", source.getSilent());
    object.put("ahead", source.getAhead());
    if (source.hasSkewMillis()) {
      object.put("skew_millis", source.getSkewMillis());
    }
    source.getWarningsList().forEach(object.putArray("warnings")::add);
    ArrayNode feeders = object.putArray("feeders");
    source
        .getFeedersList()
        .forEach(
            feeder ->
                feeders
                    .addObject()
                    .put("name", feeder.getName())
                    .put("epoch", feeder.getEpoch())
                    .put("session", feeder.getSession())
                    .put("last_sequence", feeder.getLastSequence())
                    .put("sync_open", feeder.getSyncOpen()));
  }
}
