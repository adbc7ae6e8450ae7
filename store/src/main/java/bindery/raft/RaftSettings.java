package bindery.raft;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * What the Raft engine is set to, each setting with its reason. The log is always forced to disk;
 * the engine's own reads are not used.
 */
final class RaftSettings {
  private static final long SEGMENT_BYTES_MAX = 32L << 20;
  private static final long SEGMENT_BYTES_MIN = 64L << 10;
  private static final long RETRY_SECONDS = 30;
  private static final SizeInBytes APPEND_BYTES = SizeInBytes.valueOf(4L << 20);

  private RaftSettings() {}

  /** For a replica whose log lives below {@code folder}. */
  static RaftProperties of(ReplicaOptions options, InetSocketAddress listen, Path folder) {
    RaftProperties settings = new RaftProperties();
    RaftServerConfigKeys.setStorageDir(settings, List.of(folder.toFile().getAbsoluteFile()));
    GrpcConfigKeys.Server.setHost(settings, listen.getHostString());
    GrpcConfigKeys.Server.setPort(settings, listen.getPort());
    elections(settings, options);
    log(settings, options);
    requests(settings);
    return settings;
  }

  private static void elections(RaftProperties settings, ReplicaOptions options) {
    long least = options.electionTimeout().toMillis();
    RaftServerConfigKeys.Rpc.setTimeoutMin(settings, millis(least));
    RaftServerConfigKeys.Rpc.setTimeoutMax(settings, millis(2 * least));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(settings, millis(least / 2));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(settings, millis(least));
    RaftServerConfigKeys.Rpc.setRequestTimeout(settings, millis(Math.max(5_000, 2 * least)));
    // The default waits 5 s between two tries, longer than an election: a member that came back
    // would flap between follower and candidate.
    RaftServerConfigKeys.Log.Appender.setRetryPolicy(
        settings, Math.max(1, least / 2) + "ms,1000000000");
    // A long pause of the process is for the other members to judge, not for the server to die of.
    RaftServerConfigKeys.setCloseThreshold(settings, TimeDuration.valueOf(3650, TimeUnit.DAYS));
    RaftServerConfigKeys.setStagingTimeout(settings, TimeDuration.valueOf(60, TimeUnit.SECONDS));
  }

  private static void log(RaftProperties settings, ReplicaOptions options) {
    // Whole segments are purged, so they must be small beside what triggers a snapshot.
    long segment =
        Math.max(SEGMENT_BYTES_MIN, Math.min(SEGMENT_BYTES_MAX, options.snapshotLogBytes() / 4));
    RaftServerConfigKeys.Log.setSegmentSizeMax(settings, SizeInBytes.valueOf(segment));
    RaftServerConfigKeys.Log.setPreallocatedSize(
        settings, SizeInBytes.valueOf(Math.min(segment, 4L << 20)));
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(settings, 2);
    // It would write, and force to disk, one more entry for each commit.
    RaftServerConfigKeys.Log.setLogMetadataEnabled(settings, false);
    // Otherwise one dead member keeps the others' logs for ever.
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(settings, true);
    RaftServerConfigKeys.Log.setPurgePreservationLogNum(
        settings, Math.max(1, options.keptEntries()));
    RaftServerConfigKeys.Log.setPurgeGap(settings, 1);
    // Triggered by this package, by octets and by time: entries are no measure of a log's size.
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(settings, false);
    RaftServerConfigKeys.Snapshot.setCreationGap(settings, 1);
    // Copies of the store go from member to member beside the engine.
    RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(settings, false);
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(settings, APPEND_BYTES);
    RaftServerConfigKeys.Log.Appender.setBufferElementLimit(settings, 1024);
    // A commit would wait for up to a millisecond for company.
    RaftServerConfigKeys.Log.Appender.setWaitTimeMin(settings, millis(0));
  }

  private static void requests(RaftProperties settings) {
    RaftServerConfigKeys.Write.setElementLimit(settings, 4096);
    RaftServerConfigKeys.Write.setByteLimit(settings, SizeInBytes.valueOf(64L << 20));
    // Longer than any proposal is tried for, so that a proposal sent again is found to be the same;
    // and no longer, since every replica holds all results for that long.
    RaftServerConfigKeys.RetryCache.setExpiryTime(
        settings, TimeDuration.valueOf(RETRY_SECONDS, TimeUnit.SECONDS));
    GrpcConfigKeys.setMessageSizeMax(settings, SizeInBytes.valueOf(16L << 20));
  }

  private static TimeDuration millis(long millis) {
    return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
  }
}
