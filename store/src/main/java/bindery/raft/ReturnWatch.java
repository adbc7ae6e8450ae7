package bindery.raft;

import bindery.model.DaemonThreads;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the engine connect anew to a member that is heard again after a silence.
 *
 * <p>The engine keeps its connection to a member for as long as the machine does, and that is a
 * quarter of an hour where the member went to another address and the old one swallows what it is
 * sent; and between its tries to connect it waits up to two minutes. The hellos notice both within
 * seconds, so their success is the sign.
 *
 * <p>One thread of its own, which waits some seconds where an old connection does not end.
 */
final class ReturnWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReturnWatch.class);
  private static final long LOOK_MILLIS = 500;
  private static final Duration SILENCE = Duration.ofSeconds(5); // of a member that was away

  private final Supplier<List<String>> others;
  private final Function<String, Optional<MemberExchange.Heard>> members;
  private final Consumer<String> reconnect;
  private final Map<String, Long> heardNanos = new HashMap<>(); // the worker's alone
  private final ScheduledExecutorService worker;

  /**
   * Does nothing until started.
   *
   * @param others the names of the other members
   * @param members what a member of that name said last
   * @param reconnect what is done for one that came back
   */
  ReturnWatch(
      Supplier<List<String>> others,
      Function<String, Optional<MemberExchange.Heard>> members,
      Consumer<String> reconnect,
      String node) {
    this.others = others;
    this.members = members;
    this.reconnect = reconnect;
    worker = Executors.newSingleThreadScheduledExecutor(new DaemonThreads("raft-return-" + node));
  }

  /** Begins, until it is closed. */
  void start() {
    var unused =
        worker.scheduleWithFixedDelay(
            () -> look(System.nanoTime()), 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Looks at all members once. One that was never heard counts as silent since the first look. */
  void look(long nowNanos) {
    List<String> names = others.get();
    heardNanos.keySet().retainAll(names);
    for (String name : names) {
      long before = heardNanos.computeIfAbsent(name, unknown -> nowNanos);
      Optional<MemberExchange.Heard> last = members.apply(name);
      if (last.isEmpty() || last.get().nanos() - before <= 0) {
        continue;
      }
      heardNanos.put(name, last.get().nanos());
      if (last.get().nanos() - before > SILENCE.toNanos()) {
        returned(name);
      }
    }
  }

  private void returned(String name) {
    try {
      reconnect.accept(name);
      LOG.info("event=member-returned {} is heard again; the engine connects to it anew", name);
    } catch (RuntimeException e) {
      LOG.debug("event=member-return-failed {}: {}", name, e.toString()); // closed meanwhile
    }
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
