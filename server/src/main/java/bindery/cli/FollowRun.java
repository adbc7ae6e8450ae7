package bindery.cli;

import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import bindery.kea.FollowOptions;
import bindery.kea.KeaFormatException;
import bindery.kea.LeaseFollower;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One following of a lease file, from the command's start until a signal ends it. */
final class FollowRun {
  /** What the follower may take to end; it gives what is in flight less than that. */
  private static final Duration STOP_MAX = Duration.ofSeconds(6);

  private final FollowOptions options;
  private final ApiArguments api;
  private final PrintWriter err;

  /** A following that has not begun. */
  FollowRun(FollowOptions options, ApiArguments api, PrintWriter err) {
    this.options = options;
    this.api = api;
    this.err = err;
  }

  /**
   * Follows until SIGTERM or SIGINT, which end the process with 0 once the position is saved.
   *
   * @return OK if the follower was told to end otherwise
   * @throws CommandException if it cannot begin, or was fenced or refused
   * @throws IOException if a file that is there at the beginning cannot be read
   */
  ExitCode run() throws CommandException, IOException, InterruptedException {
    try (ServerList servers = api.servers();
        ServerList asides = api.servers()) {
      LeaseFollower follower = new LeaseFollower(options, servers, asides, this::tell);
      CountDownLatch ended = new CountDownLatch(1);
      AtomicBoolean isSignalled = new AtomicBoolean();
      Thread hook =
          new Thread(
              () -> {
                isSignalled.set(true);
                end(follower, ended);
              },
              "stop");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        follower.run();
        return ExitCode.OK;
      } catch (KeaFormatException e) {
        throw new CommandException(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
      } catch (ApiException e) {
        throw failure(e);
      } finally {
        ended.countDown();
        if (!isSignalled.get()) {
          remove(hook);
        }
      }
    }
  }

  private void tell(String line) {
    err.println(line);
    err.flush();
  }

  // Left to itself the JVM would end with the signal's number, as if it had been killed.
  private void end(LeaseFollower follower, CountDownLatch ended) {
    follower.stop();
    boolean isEnded = false;
    try {
      isEnded = ended.await(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!isEnded) {
      tell("Error: could not end within " + STOP_MAX.toSeconds() + " s; the position may be older");
    }
    Runtime.getRuntime().halt((isEnded ? ExitCode.OK : ExitCode.ERROR).number());
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The signal came right now: the hook sees that the following has ended.
    }
  }

  private CommandException failure(ApiException e) {
    String advice =
        e.kind() == ApiException.Kind.FENCED
            ? " (another program feeds as source "
                + options.source()
                + ", feeder "
                + options.feeder()
                + ", or this clock is behind: end one of them, or name another --feeder)"
            : "";
    return new CommandException(CommandException.of(e).exitCode(), e.getMessage() + advice, e);
  }
}
