package bindery.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Runs a command that goes on until it is told to stop. */
final class UntilStopped {
  private UntilStopped() {}

  /**
   * Runs it on this thread. SIGTERM and SIGINT have {@code stop} called, and end the process with 0
   * as soon as the run has ended, with 1 if it has not within {@code most}: left to itself the JVM
   * would end with the signal's number, as if it had been killed.
   *
   * @param stop has the run end soon; returns at once, on any thread
   * @param most how long that may take; the run itself gives what is in flight less
   * @param err told if it takes longer
   * @return what the run did, if it ended by itself
   */
  static <T> T run(Callable<T> run, Runnable stop, Duration most, PrintWriter err)
      throws Exception {
    try (StopHook hook = new StopHook(stop, most, isEnded -> end(isEnded, most, err))) {
      hook.start();
      return run.call();
    }
  }

  private static void end(boolean isEnded, Duration most, PrintWriter err) {
    if (!isEnded) {
      err.println(
          "Error: could not end within "
              + most.toSeconds()
              + " s; what was in flight may be told again at the next start");
      err.flush();
    }
    Runtime.getRuntime().halt((isEnded ? ExitCode.OK : ExitCode.ERROR).number());
  }
}
