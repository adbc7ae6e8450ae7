package bindery.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a signal has a command do before the process ends: from when it is started until it is
 * closed, SIGTERM and SIGINT tell the command to stop, and the process does not end before that is
 * closed, or the time is over.
 */
final class StopHook implements AutoCloseable {
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean isSignalled;

  /** What is done when the process may end. */
  @FunctionalInterface
  interface Sequel {
    /**
     * Runs at the very end. When it returns, the process ends with the signal's number, as if there
     * were no hook.
     *
     * @param isEnded whether the command did end in time
     */
    void run(boolean isEnded);
  }

  /**
   * Does nothing yet.
   *
   * @param stop has the command end soon; returns at once, on any thread
   * @param most how long that may take
   */
  StopHook(Runnable stop, Duration most, Sequel sequel) {
    hook =
        new Thread(
            () -> {
              isSignalled = true;
              stop.run();
              sequel.run(awaitEnd(most));
            },
            "stop");
  }

  /** Waits for a signal from now on. */
  void start() {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      hook.start(); // the signal came before
    }
  }

  private boolean awaitEnd(Duration most) {
    try {
      return ended.await(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The command has ended. */
  @Override
  public void close() {
    ended.countDown();
    if (isSignalled) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The signal came right now: the hook sees that the command has ended.
    }
  }
}
