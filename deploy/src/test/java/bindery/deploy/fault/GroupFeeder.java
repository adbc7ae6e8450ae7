package bindery.deploy.fault;

import bindery.v1.Ack;
import bindery.v1.Batch;
import bindery.v1.ItemResult;
import bindery.v1.Opened;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives the groups of one feeder new versions, a batch at a time, at whichever node takes it, until
 * it is stopped. A batch is one log entry's: after a lost connection the cluster has to hold the
 * whole of it or nothing, by the sequence that it tells.
 */
final class GroupFeeder implements Runnable {
  private static final long PAUSE_MILLIS = 5;
  private static final long RETRY_MILLIS = 100;

  private final int feeder;
  private final History history;
  private final Findings findings;
  private final Random random;
  private @Nullable FeedCall call;
  private int host;
  private long epoch = 1;
  private long sequence; // of the last item that the cluster is known to hold, under this epoch
  private volatile boolean isStopping;
  private volatile boolean isToBeginAnew;

  GroupFeeder(int feeder, History history, Findings findings, long seed) {
    this.feeder = feeder;
    this.history = history;
    this.findings = findings;
    random = new Random(seed);
    host = 1 + random.nextInt(Cluster.HOSTS);
  }

  /** Has it deliver what it is about, and end. */
  void stop() {
    isStopping = true;
  }

  /** Has it forget, in the middle of a batch, what it sent, as a program that is killed does. */
  void beginAnew() {
    isToBeginAnew = true;
  }

  @Override
  public void run() {
    try {
      while (!isStopping) {
        step();
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      findings.violation("feeder " + feeder + " could not deliver its last batch");
    } finally {
      hangUp();
    }
  }

  private void step() throws InterruptedException {
    SortedMap<Integer, Long> versions = history.next(feeder, random);
    Batch.Builder batch = Batch.newBuilder().setFirstSequence(sequence + 1);
    versions.forEach(
        (group, version) -> {
          for (int client = 0; client < History.CLIENTS; client++) {
            batch.addItems(Groups.item(feeder, group, client, version));
          }
        });
    if (deliver(batch.build())) {
      history.acknowledged(feeder, versions);
      findings.count("batches_acknowledged");
    }
  }

  // Whether it is held; false if it was given up for a new beginning.
  private boolean deliver(Batch batch) throws InterruptedException {
    long through = sequence + batch.getItemsCount();
    while (true) {
      try {
        FeedCall open = call;
        if (open == null) {
          open = new FeedCall(Network.address(host), Cluster.API_PORT);
          call = open;
          Opened opened = open.open("harness", "f" + feeder, epoch);
          long last = opened.getLastSequence();
          if (last == through) {
            findings.count("batches_found_held");
            sequence = through;
            return true;
          }
          if (last != sequence) {
            findings.violation(
                "feeder %d: the cluster holds sequence %d (expected %d or %d): a batch in part, or lost"
                    .formatted(feeder, last, sequence, through));
            sequence = last;
          }
        }
        open.send(batch);
        if (isToBeginAnew) {
          isToBeginAnew = false;
          hangUp();
          epoch++;
          sequence = 0;
          return false;
        }
        judge(open.awaitAck(), through);
        sequence = through;
        return true;
      } catch (IOException | StatusRuntimeException | IllegalStateException e) {
        findings.count("feed_calls_lost");
        hangUp();
        host = host % Cluster.HOSTS + 1;
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
    }
  }

  private void judge(Ack ack, long through) {
    if (ack.getThroughSequence() != through) {
      findings.violation(
          "feeder %d: acknowledged through %d (expected %d)"
              .formatted(feeder, ack.getThroughSequence(), through));
    }
    for (ItemResult result : ack.getResultsList()) {
      if (result.getOutcome() == ItemResult.Outcome.REJECTED) {
        findings.violation("feeder " + feeder + ": rejected: " + result);
      }
    }
  }

  private void hangUp() {
    if (call != null) {
      call.close();
      call = null;
    }
  }
}
