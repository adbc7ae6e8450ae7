package bindery.kea;

import bindery.feeder.AckListener;
import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.feeder.ApiException.Kind;
import bindery.feeder.FeedOptions;
import bindery.feeder.FeedStream;
import bindery.feeder.FeederId;
import bindery.feeder.LinkClient;
import bindery.feeder.ServerList;
import bindery.kea.RowTally.Settled;
import bindery.model.DaemonThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the lease file of a Kea with the memfile back end, and feeds every row, until told to
 * end.
 *
 * <p>It begins with a full resync of the set of files, or goes on from a position that was kept,
 * and resyncs again after every gap. Whatever befalls the cluster it waits for it; only being
 * fenced, or refused, ends it. Memory: the window of one {@link FeedStream} and one row.
 */
public final class LeaseFollower {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseFollower.class);

  /** For ever, in a clock of nanoseconds. */
  private static final Duration PATIENCE = Duration.ofDays(36_500);

  private static final Duration CONTROL_PATIENCE = Duration.ofSeconds(5);
  private static final Duration LINKS_EVERY = Duration.ofSeconds(3);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final int THREADS = 3; // the report, Kea's pulse, the links

  private final FollowOptions options;
  private final ServerList servers;
  private final ServerList asides;
  private final Consumer<String> teller;
  private final FollowState state = new FollowState();
  private final Pace rejectWarnings = new Pace(10, Duration.ofMinutes(1), System::nanoTime);
  private final RowTally tally = new RowTally(System::nanoTime, this::rejected);
  private final Optional<PositionFile> positions;
  private final FollowWatch watch;
  private long epoch;
  private @Nullable LinkWatch links; // where a configuration is followed
  private boolean isOpen; // whether the present session was ever opened

  /**
   * One that has not begun.
   *
   * @param servers that are fed, one at a time; the caller closes it
   * @param asides the same nodes once more, for what is asked beside the feeding; likewise
   * @param teller is told a line at a time what an operator may want to know; any thread
   */
  public LeaseFollower(
      FollowOptions options, ServerList servers, ServerList asides, Consumer<String> teller) {
    this.options = options;
    this.servers = servers;
    this.asides = asides;
    this.teller = teller;
    positions = options.position().map(file -> new PositionFile(file, options.owner()));
    watch =
        new FollowWatch(
            tally, state, new AdminClient(asides, options.callTimeout()), teller, System::nanoTime);
  }

  private void rejected(String text) {
    if (rejectWarnings.allows()) {
      LOG.warn("event=row_rejected {}{}", text, rejectWarnings.passedOver());
    }
  }

  /**
   * Follows until {@link #stop} is called.
   *
   * @throws IOException if the file's folder, or the position's, does not exist, or a file that is
   *     there at the beginning cannot be read
   * @throws KeaFormatException if one that is there at the beginning is no lease file
   * @throws ApiException {@code FENCED} if another program feeds under this name, {@code REFUSED}
   *     if the cluster does not take this feeder
   * @throws InterruptedException if the thread is interrupted other than by {@link #stop}
   */
  public void run() throws IOException, KeaFormatException, ApiException, InterruptedException {
    check();
    ScheduledThreadPoolExecutor threads =
        new ScheduledThreadPoolExecutor(THREADS, new DaemonThreads("follow-aside"));
    try {
      repeat(
          threads,
          () -> {
            watch.look();
            return FollowWatch.EVERY;
          });
      followLinks(threads);
      options
          .controlSocket()
          .map(
              socket ->
                  new KeaPulse(
                      new KeaControl(socket, CONTROL_PATIENCE),
                      new AdminClient(asides, options.callTimeout()),
                      state))
          .ifPresent(
              pulse ->
                  repeat(
                      threads,
                      () -> {
                        pulse.beat();
                        return pulse.period();
                      }));
      follow(saved());
    } catch (InterruptedException e) {
      if (!state.isStopping()) {
        throw e;
      }
    } finally {
      threads.shutdownNow();
      teller.accept(watch.report());
    }
  }

  /**
   * Has {@link #run} end: what is in flight gets a few seconds to be acknowledged, then the
   * position is saved. Does not wait for that.
   */
  public void stop() {
    state.stop();
    tally.wake();
  }

  /** Whether all that was there at the beginning, or after the last gap, is acknowledged. */
  public boolean isFollowing() {
    return state.isFollowing();
  }

  private void check() throws IOException, KeaFormatException {
    checkFolders();
    if (Files.isDirectory(options.file())) {
      throw new IOException(options.file() + ": a folder (expected a lease file)");
    }
    if (Files.exists(options.file())) {
      Iterable<LeaseFile> set = LeaseFileSet.open(options.file());
      try {
        for (LeaseFile file : set) {
          var unused = file.readHeader();
        }
      } finally {
        LeaseFileSet.close(set);
      }
    }
  }

  private void checkFolders() throws IOException {
    var unused = folder(options.file(), "the lease file");
    if (options.position().isPresent()) {
      Path folder = folder(options.position().get(), "the position");
      if (!Files.isWritable(folder)) {
        throw new IOException(
            folder + ": may not be written to (expected so for the position, which is replaced)");
      }
    }
  }

  private static Path folder(Path file, String what) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NotDirectoryException(
          "no folder " + folder + " for " + what + " " + file + " (expected it to exist)");
    }
    return folder;
  }

  private Optional<SavedPosition> saved() throws IOException {
    if (positions.isEmpty()) {
      teller.accept("no --position: every start resyncs in full");
      return Optional.empty();
    }
    try {
      return positions.get().load();
    } catch (KeaFormatException e) {
      LOG.warn("event=position_unusable {}: resyncs in full", e.getMessage());
      return Optional.empty();
    }
  }

  private void followLinks(ScheduledThreadPoolExecutor threads) throws InterruptedException {
    Optional<ConfigOrigin> origin = origin();
    if (origin.isEmpty()) {
      return;
    }
    LinkWatch watch =
        new LinkWatch(
            origin.get(),
            options.source(),
            new LinkImport(
                new LinkClient(asides, options.callTimeout()), put -> teller.accept("link " + put)),
            teller,
            System::nanoTime);
    links = watch;
    state.beginWaiting();
    try {
      while (!watch.look()) {
        state.pause(AGAIN);
        if (state.isStopping()) {
          return;
        }
      }
    } finally {
      state.endWaiting();
    }
    repeat(
        threads,
        () -> {
          var unused = watch.look();
          return LINKS_EVERY;
        });
  }

  private Optional<ConfigOrigin> origin() {
    Optional<ConfigOrigin> file = options.configuration().map(ConfigPath::new);
    return file.isPresent()
        ? file
        : options
            .controlSocket()
            .map(socket -> ConfigGet.of(socket, "(name its configuration file by --kea-config)"));
  }

  // Again and again, after the pause that it returns; a fault in it is told and does not end it.
  private static void repeat(ScheduledThreadPoolExecutor threads, Callable<Duration> task) {
    threads.execute(() -> runAndRepeat(threads, task));
  }

  private static void runAndRepeat(ScheduledThreadPoolExecutor threads, Callable<Duration> task) {
    Duration pause = AGAIN;
    try {
      pause = task.call();
    } catch (InterruptedException e) {
      return;
    } catch (Exception e) {
      LOG.error("event=follower_fault please report it", e);
    }
    if (!threads.isShutdown()) {
      var unused =
          threads.schedule(
              () -> runAndRepeat(threads, task), pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void follow(Optional<SavedPosition> saved)
      throws ApiException, InterruptedException, IOException {
    epoch = saved.map(SavedPosition::epoch).orElseGet(System::currentTimeMillis);
    Optional<SavedPosition> from = saved;
    while (!state.isStopping()) {
      try {
        session(from);
      } catch (ApiException e) {
        // Another program came with a higher epoch, and may be long gone.
        if (e.kind() == Kind.FENCED && from.isPresent() && !isOpen) {
          LOG.warn(
              "event=position_unusable another program has fed under this name since, {}: resyncs in"
                  + " full",
              e.getMessage());
        } else if (e.kind() == Kind.RESTORED) {
          state.gap();
          LOG.warn("event=cluster_restored {}: resyncs in full", e.getMessage());
          LinkWatch held = links;
          if (held != null) {
            held.again();
          }
        } else {
          throw e;
        }
      }
      epoch = Math.max(System.currentTimeMillis(), epoch + 1);
      from = Optional.empty();
    }
  }

  private void session(Optional<SavedPosition> from)
      throws ApiException, InterruptedException, IOException {
    state.following(false);
    isOpen = false;
    AckListener listener =
        tally.begin(
            from.map(saved -> new Settled(saved.sequence(), Optional.of(saved.position())))
                .orElse(Settled.NOTHING));
    try (FeedStream stream = open(listener)) {
      isOpen = true;
      if (from.isPresent()) {
        SavedPosition saved = from.get();
        if (!stream.opened().getIncarnation().equals(saved.incarnation())
            || stream.opened().getLastSequence() < saved.sequence()) {
          throw new ApiException(
              Kind.RESTORED,
              "the cluster was restored, or the source removed, since the position was saved");
        }
      }
      new FollowSession(options, stream, epoch, tally, state, positions, teller).run(from);
    }
  }

  private FeedStream open(AckListener listener) throws ApiException, InterruptedException {
    state.beginWaiting();
    try {
      return FeedStream.open(
          servers,
          new FeederId(options.source(), options.feeder(), epoch),
          FeedOptions.DEFAULT.withGiveUpAfter(PATIENCE).withSourceClock(System::currentTimeMillis),
          listener);
    } finally {
      state.endWaiting();
    }
  }
}
