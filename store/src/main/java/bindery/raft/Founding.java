package bindery.raft;

import bindery.log.v1.Command;
import bindery.log.v1.Identity;
import bindery.log.v1.Refusal;
import bindery.log.v1.SetCluster;
import bindery.log.v1.Settings;
import bindery.store.BindingStore;
import bindery.store.StoreView;
import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a new cluster its identity: whoever leads and finds none proposes one, once; the store
 * takes the first and no other. The DUID is of type 4 (RFC 6355), so of nobody's hardware. One
 * thread.
 */
final class Founding {
  private static final Logger LOG = LoggerFactory.getLogger(Founding.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int DUID_UUID = 4;
  private static final int RANDOM_BYTES = 16;
  private static final int LEVEL_FIRST = 1;

  private final BindingStore store;
  private final Proposals proposals;
  private final String cluster;
  private final Settings settings;
  private boolean found;
  private volatile long nextNanos = System.nanoTime();

  Founding(BindingStore store, Proposals proposals, String cluster, Settings settings) {
    this.store = store;
    this.proposals = proposals;
    this.cluster = cluster;
    this.settings = settings;
  }

  /** Proposes an identity if the cluster has none. Only on a leader that has applied everything. */
  void ensure() {
    if (found || System.nanoTime() - nextNanos < 0) {
      return;
    }
    try (StoreView view = store.view()) {
      if (view.clusterDuid().isPresent()) {
        found = true;
        return;
      }
    }
    nextNanos = System.nanoTime() + PATIENCE.toNanos();
    var unused =
        proposals
            .proposeOwn(command(), PATIENCE)
            .whenComplete(
                (result, failure) -> {
                  if (failure != null) {
                    LOG.warn("event=cluster-not-founded {}; tried again", failure.getMessage());
                    nextNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
                  } else if (result.hasRefusal()) {
                    Refusal refusal = result.getRefusal();
                    LOG.warn("event=cluster-not-founded {}; tried again", refusal.getMessage());
                  } else {
                    LOG.info("event=cluster-founded {}", cluster);
                  }
                });
  }

  private Command command() {
    SecureRandom random = new SecureRandom();
    byte[] duid = new byte[2 + RANDOM_BYTES];
    random.nextBytes(duid);
    duid[0] = 0;
    duid[1] = DUID_UUID;
    byte[] incarnation = new byte[RANDOM_BYTES];
    random.nextBytes(incarnation);
    return Command.newBuilder()
        .setLevel(LEVEL_FIRST)
        .setSetCluster(
            SetCluster.newBuilder()
                .setLevel(LEVEL_FIRST)
                .setIdentity(
                    Identity.newBuilder()
                        .setCluster(cluster)
                        .setDuid(ByteString.copyFrom(duid))
                        .setIncarnation(ByteString.copyFrom(incarnation)))
                .setSettings(settings))
        .build();
  }
}
