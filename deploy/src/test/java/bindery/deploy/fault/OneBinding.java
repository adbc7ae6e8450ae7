package bindery.deploy.fault;

import bindery.deploy.RawRequestor;
import bindery.v1.Batch;
import java.io.IOException;
import java.net.InetSocketAddress;

/** One client's binding: told in ever newer versions, and asked for. One thread. */
final class OneBinding {
  private static final int FEEDER = 1;
  private static final int GROUP = 0;
  private static final int CLIENT = 0;
  private static final int ATTEMPTS_MAX = 5;
  private static final int SILENCE_MILLIS = 60_000;

  private final String source;
  private long version;
  private long sequence;

  /** Of a source; its link is that of the first feeder. */
  OneBinding(String source) {
    this.source = source;
  }

  /** The version that was told last. */
  long version() {
    return version;
  }

  /** Tells a host's node the next version; returns once that is acknowledged. */
  void tell(int host) throws IOException, InterruptedException {
    version++;
    if (History.isEnded(version)) {
      version++;
    }
    Batch batch =
        Batch.newBuilder()
            .setFirstSequence(++sequence)
            .addItems(Groups.item(FEEDER, GROUP, CLIENT, version))
            .build();
    // The leader may have gone: then what was sent is sent again, once.
    for (int attempt = 1; ; attempt++) {
      try (FeedCall feed = new FeedCall(Network.address(host), Cluster.API_PORT)) {
        if (feed.open(source, "f1", 1).getLastSequence() < sequence) {
          feed.send(batch);
          var unused = feed.awaitAck();
        }
        return;
      } catch (IOException e) {
        if (attempt == ATTEMPTS_MAX) {
          throw e;
        }
      }
    }
  }

  /** The version that a host's node shows, or the status that it refuses with, negative. */
  static long ask(int host) throws IOException {
    byte[] query = RawRequestor.byClient(Groups.duid(FEEDER, GROUP, CLIENT), new byte[16], true);
    InetSocketAddress node = new InetSocketAddress(Network.address(host), Cluster.QUERY_PORT);
    RawRequestor.Answer answer = RawRequestor.ask(node, query, SILENCE_MILLIS, SILENCE_MILLIS);
    return answer.status() != 0 ? -answer.status() : Groups.version(answer.data().get(0));
  }
}
