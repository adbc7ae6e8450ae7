package bindery.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for the end of a command that runs until it is told to stop. */
final class UntilStopped {
  private UntilStopped() {}

  /**
   * Waits until that is there. SIGTERM and SIGINT have {@code stop} run, then end the process with
   * 0: left to itself the JVM would end as if it had been killed.
   *
   * @param stop returns within some seconds
   */
  static <T> T await(CompletableFuture<T> end, Runnable stop) throws InterruptedException {
    Thread hook =
        new Thread(
            () -> {
              stop.run();
              Runtime.getRuntime().halt(ExitCode.OK.number());
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      T value = end.get();
      Runtime.getRuntime().removeShutdownHook(hook);
      return value;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
