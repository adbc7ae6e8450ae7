package bindery.raft;

import bindery.model.Timings;
import java.time.Duration;

/**
 * What a replica has counted since its start.
 *
 * @param leaderChanges how often the engine told of another leader
 * @param commits how long its proposals and barriers took, from here until what came of them was
 *     known here; goes on counting
 * @param failed proposals and barriers that failed, or of which nobody knows what came
 * @param snapshotAge since the last Raft snapshot, or the start if there was none since
 */
public record ReplicaCounts(
    long leaderChanges, Timings commits, long failed, Duration snapshotAge) {}
