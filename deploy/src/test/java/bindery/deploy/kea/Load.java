package bindery.deploy.kea;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A crowd of clients that are granted leases, renew, rebind, move, release and decline them in a
 * seeded mix, each relay's one after the other, until it is told to end.
 */
final class Load implements AutoCloseable {
  private static final Duration SERVE_MAX = Duration.ofMinutes(2);
  private static final long END_SECONDS_MAX = 60;

  private final long turnNanos;
  private final LongAdder served = new LongAdder();
  private final LongAdder abandoned = new LongAdder();
  private final LongAdder checked = new LongAdder();
  private final AtomicBoolean isEnding = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private volatile @Nullable Throwable failure;

  private Load(long turnNanos) {
    this.turnNanos = turnNanos;
  }

  /** Looks at nothing. */
  static Witness nobody() {
    return (client, told, gone) -> {};
  }

  /** What is looked at right after a client was answered; any thread. */
  interface Witness {
    /**
     * Looks at a client that was just answered.
     *
     * @param told what the answer says that it holds
     * @param gone what it has just let go of
     */
    void see(Client client, List<Client.Lease> told, List<Client.Lease> gone) throws IOException;
  }

  /**
   * Starts it.
   *
   * @param sources relays, each with a thread
   * @param clients of all relays together
   * @param perSecondMax exchanges that are begun in a second at most
   * @param witness looks at some of the clients
   */
  static Load start(int sources, int clients, int perSecondMax, long seed, Witness witness)
      throws IOException {
    Load load = new Load(TimeUnit.SECONDS.toNanos(sources) / perSecondMax);
    for (int source = 0; source < sources; source++) {
      List<Client> crowd = new ArrayList<>();
      for (int client = 0; client < clients / sources; client++) {
        crowd.add(Client.of(client * sources + source));
      }
      Relay relay = Relay.open(source, crowd, seed, load, witness);
      Thread thread = new Thread(relay, "relay-" + source);
      load.threads.add(thread);
      thread.start();
    }
    return load;
  }

  /** The address that a relay sends from. */
  static String source(int number) {
    return "2001:db8:fe::" + Integer.toHexString(number + 1);
  }

  /** How long a relay takes at least from the beginning of one exchange to that of the next. */
  long turnNanos() {
    return turnNanos;
  }

  boolean isEnding() {
    return isEnding.get();
  }

  void countServed() {
    served.increment();
  }

  void countAbandoned() {
    abandoned.increment();
  }

  void countChecked() {
    checked.increment();
  }

  void fail(Throwable cause) {
    failure = cause;
    isEnding.set(true);
  }

  /** Exchanges that a client was answered in. */
  long served() {
    return served.sum();
  }

  /** Answered clients that the witness was shown. */
  long checked() {
    return checked.sum();
  }

  /** Waits until so many more exchanges were answered; returns how many that were in a second. */
  double serve(long exchanges) {
    long begin = System.nanoTime();
    long before = served();
    await()
        .atMost(SERVE_MAX)
        .pollInterval(Duration.ofMillis(10))
        .failFast(this::check)
        .until(() -> served() >= before + exchanges);
    return (served() - before) * 1e9 / (System.nanoTime() - begin);
  }

  /** Fails if a relay has. */
  void check() {
    Throwable cause = failure;
    if (cause != null) {
      throw new AssertionError(String.valueOf(cause.getMessage()), cause);
    }
  }

  /** How it went. */
  String summary() {
    return "served=%d abandoned=%d checked=%d".formatted(served(), abandoned.sum(), checked());
  }

  /** Ends it: no exchange is under way when this returns. Fails if a relay has. */
  void end() throws InterruptedException {
    close();
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(END_SECONDS_MAX));
      if (thread.isAlive()) {
        throw new AssertionError(thread.getName() + " does not end");
      }
    }
    check();
  }

  @Override
  public void close() {
    isEnding.set(true);
  }
}
