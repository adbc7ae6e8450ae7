package bindery.cli;

import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import bindery.kea.FollowOptions;
import bindery.kea.KeaFormatException;
import bindery.kea.LeaseFollower;
import java.io.PrintWriter;
import java.time.Duration;

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
   * @throws java.io.IOException if a file that is there at the beginning cannot be read
   */
  ExitCode run() throws Exception {
    try (ServerList servers = api.servers();
        ServerList asides = api.servers()) {
      LeaseFollower follower = new LeaseFollower(options, servers, asides, this::tell);
      return UntilStopped.run(
          () -> {
            follower.run();
            return ExitCode.OK;
          },
          follower::stop,
          STOP_MAX,
          err);
    } catch (KeaFormatException e) {
      throw new CommandException(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
    } catch (ApiException e) {
      throw failure(e);
    }
  }

  private void tell(String line) {
    err.println(line);
    err.flush();
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
