package bindery.raft;

import bindery.log.v1.Command;
import bindery.model.Bytes;
import bindery.model.HostPort;
import bindery.store.AppliedIndex;
import bindery.store.BindingStore;
import bindery.store.ClosedStore;
import bindery.store.StoreException;
import bindery.store.StoreOptions;
import bindery.store.StoreVerifier;
import bindery.store.StoreView;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.jspecify.annotations.Nullable;

/**
 * Makes the data folder of a new cluster's first node of what a surviving member has on its disk,
 * once a majority of the members is lost for good.
 *
 * <p>The rows are those that were flushed, and on top of them every entry of that member's log.
 * Which of these were committed nobody can say any more: the log alone does not tell. So all are
 * taken, as a member does that is elected: what was acknowledged and reached this member is in them
 * for certain, what was never acknowledged may be. What was acknowledged by the lost members alone
 * is not.
 *
 * <p>The member's own folder is only read. To open rows is to write to them, so a copy is what is
 * proved sound; a folder becomes a node's by its file {@code member}, which is written last.
 */
public final class Recovery {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);

  private final StoppedFolder from;
  private final List<String> warnings = new ArrayList<>();

  private Recovery(StoppedFolder from) {
    this.from = from;
  }

  /**
   * What was found, and made of it.
   *
   * @param report on the rows, those that came of the log included
   * @param flushedIndex the last entry that the rows held on disk; -1 if none
   * @param fromLog how many entries came from the log
   * @param duid the cluster's, which stays; in hexadecimal
   * @param incarnationBefore of the cluster that was lost, in hexadecimal
   * @param incarnation of the new one, in hexadecimal
   * @param warnings what an operator should know, a sentence each
   */
  public record Recovered(
      StoreVerifier.Report report,
      long flushedIndex,
      long fromLog,
      String duid,
      String incarnationBefore,
      String incarnation,
      List<String> warnings) {
    /** Copies the list. */
    public Recovered {
      warnings = List.copyOf(warnings);
    }
  }

  /** What is to be made. */
  public record Target(Path data, Optional<String> cluster, String node) {}

  /**
   * Recovers. Blocks for reading the rows three times and the log twice, and up to 2 s for each
   * other member, who must not answer.
   *
   * @param data of the surviving member; its node must not run
   * @param lost the members that are lost for good, by the operator's word
   * @param target a folder that must not exist, or be empty; the name of the new cluster, that of
   *     the old one if empty; and of its first node
   * @throws IOException if it is refused, or the disk fails; nothing is left in the target then
   * @throws StoreException if the rows cannot be read, or do not agree; nothing is left then
   */
  public static Recovered recover(Path data, Set<String> lost, Target target) throws IOException {
    SnapshotRestore.checkEmpty(target.data());
    try (StoppedFolder from = StoppedFolder.open(data)) {
      if (target.data().toAbsolutePath().normalize().startsWith(from.path())) {
        throw new IOException(
            target.data() + " lies in " + from.path() + " (expected a folder outside of it)");
      }
      return new Recovery(from).recover(lost, target);
    }
  }

  private Recovered recover(Set<String> lost, Target target) throws IOException {
    RaftLogFiles log = RaftLogFiles.scan(from.log());
    LastMembers members = LastMembers.read(from.log(), log);
    String cluster = target.cluster().orElse(from.marker().cluster());
    checkLost(members, lost);
    checkName(members, cluster, target.node());
    checkSilent(members, lost);
    if (from.marker().state() == FolderMarker.State.REMOVED) {
      warnings.add(
          from.marker().node()
              + " was removed from the cluster: its rows are those of that moment at the latest");
    }
    DurableFiles.makeFolder(target.data());
    try {
      Path rows = bestRows();
      checkRoom(rows, target.data());
      Path store = target.data().resolve("store");
      ClosedStore.copy(rows, store);
      return found(store, log, target.data(), cluster, target.node());
    } catch (IOException | RuntimeException e) {
      SnapshotRestore.undo(target.data());
      throw e;
    }
  }

  private void checkLost(LastMembers members, Set<String> lost) throws IOException {
    Map<String, Member> all = members.all();
    String self = from.marker().node();
    for (String name : lost) {
      if (!all.containsKey(name)) {
        throw new IOException(
            name + " is named lost and was no member (expected some of " + all.keySet() + ")");
      }
      if (name.equals(self)) {
        throw new IOException(
            name + " is named lost, but its data folder is the one given (expected other members)");
      }
    }
    if (members.canElectWithout(lost)) {
      throw new IOException(
          "without "
              + lost
              + " a majority of "
              + members.voters().stream().map(Member::name).toList()
              + " is left (expected a majority lost for good): the cluster can still elect a"
              + " leader. Start the members that are left, and replace the lost ones"
              + " (bindery member replace)");
    }
  }

  // A member of the old cluster that comes back after all must not take the new node for its own.
  private void checkName(LastMembers members, String cluster, String node) throws IOException {
    if (members.all().containsKey(node) && cluster.equals(from.marker().cluster())) {
      throw new IOException(
          node
              + " was a member's name of the old cluster "
              + cluster
              + " (expected a new name, or another cluster's name): a member that comes back after"
              + " all would take the new node for its own");
    }
    if (!Member.isName(node) || !Member.isName(cluster)) {
      throw new IOException(
          node + " of " + cluster + ": not a name (expected 1 to 64 letters, digits, . _ -)");
    }
  }

  private void checkSilent(LastMembers members, Set<String> lost) throws IOException {
    Map<String, Member> others = new LinkedHashMap<>(members.all());
    others.remove(from.marker().node());
    for (Member other : others.values()) {
      if (answers(other)) {
        throw new IOException(
            other.name()
                + (lost.contains(other.name()) ? " is named lost, but" : " is not named lost, and")
                + " somebody answers at its Raft address "
                + other.address()
                + " (expected nobody): if it is the member, have it and this one elect, or stop it"
                + " for good and name it lost; if it is another program, stop that meanwhile");
      }
      if (!lost.contains(other.name())) {
        warnings.add(
            other.name()
                + " is not named lost and does not answer: it must never run again, and may hold"
                + " what this folder does not");
      }
    }
  }

  private static boolean answers(Member member) {
    HostPort at = HostPort.parse(member.address());
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(at.host(), at.port()), Math.toIntExact(CONNECT_MAX.toMillis()));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  // A whole copy of another member's that had not been put in the rows' place yet may hold more.
  private Path bestRows() {
    Path store = from.store();
    Path candidate = from.candidate();
    boolean isAhead =
        Files.isDirectory(candidate)
            && BindingStore.peek(candidate).index() > BindingStore.peek(store).index();
    return isAhead ? candidate : store;
  }

  private static void checkRoom(Path rows, Path target) throws IOException {
    long needed = ClosedStore.sizeBytes(rows);
    long usable = Files.getFileStore(target).getUsableSpace();
    if (usable < needed) {
      throw new IOException(
          usable
              + " octets are free where "
              + target
              + " is to be (expected at least "
              + needed
              + ", for a copy of "
              + rows
              + ")");
    }
  }

  private Recovered found(Path store, RaftLogFiles log, Path data, String cluster, String node)
      throws IOException {
    long flushed;
    long fromLog;
    try (BindingStore rows = BindingStore.open(store, StoreOptions.DEFAULT)) {
      flushed = rows.applied().index();
      fromLog = replay(log, rows);
    }
    StoreVerifier.Report report;
    String duid;
    String before;
    try (BindingStore rows = BindingStore.open(store, StoreOptions.DEFAULT);
        StoreView view = rows.view()) {
      report = StoreVerifier.verify(view);
      duid = view.clusterDuid().map(found -> found.octets().hex()).orElse("");
      before = view.incarnation().hex();
    }
    if (!report.faults().isEmpty()) {
      throw new StoreException(
          "the rows in "
              + from.path()
              + " do not agree: "
              + String.join("; ", report.faults())
              + "; take the folder of another member, or a snapshot");
    }
    Bytes incarnation = SnapshotRestore.found(data, cluster, node);
    return new Recovered(report, flushed, fromLog, duid, before, incarnation.hex(), warnings);
  }

  private long replay(RaftLogFiles log, BindingStore rows) {
    AppliedIndex held = rows.applied();
    if (log.first() > held.index() + 1) {
      warnings.add(
          "the rows end at entry "
              + held.index()
              + " and the log begins at "
              + log.first()
              + ": what lies between is missing, so nothing of the log was taken");
      return 0;
    }
    Replay replay = new Replay(rows, held);
    Optional<String> damage = log.read(Math.max(0, held.index()), replay::take);
    if (replay.stranger != null) {
      warnings.add(replay.stranger);
    }
    damage.ifPresent(
        what ->
            warnings.add(
                "the log is damaged ("
                    + what
                    + "): it was taken up to entry "
                    + rows.applied().index()
                    + ", what followed is lost"));
    return replay.taken;
  }

  /** Puts one entry after the other into the rows. */
  private static final class Replay {
    private final BindingStore rows;
    private final AppliedIndex held;
    private @Nullable String stranger; // why the log is not this store's
    private long taken;

    Replay(BindingStore rows, AppliedIndex held) {
      this.rows = rows;
      this.held = held;
    }

    void take(LogEntryProto entry) {
      long index = entry.getIndex();
      if (index == held.index() && entry.getTerm() != held.term()) {
        stranger =
            "the log holds entry "
                + index
                + " of term "
                + entry.getTerm()
                + ", the rows of term "
                + held.term()
                + ": they are a copy of another member's, and nothing of the log was taken";
      }
      if (stranger != null || index <= held.index()) {
        return;
      }
      if (entry.hasStateMachineLogEntry()) {
        var unused = rows.apply(entry.getTerm(), index, command(entry));
      } else {
        rows.passed(entry.getTerm(), index);
      }
      taken++;
    }

    private static Command command(LogEntryProto entry) {
      try {
        return Command.parseFrom(
            entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer());
      } catch (InvalidProtocolBufferException e) {
        throw new StoreException(
            "entry " + entry.getIndex() + " of the log is no command of this program's grammar", e);
      }
    }
  }
}
