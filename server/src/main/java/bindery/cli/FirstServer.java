package bindery.cli;

import bindery.client.ExchangeObserver;
import bindery.client.Requestor;
import java.util.Optional;

/** Asks the first server that can answer, and writes answers as they come. */
final class FirstServer {
  private final QueryPlan plan;
  private final QuerySums sums;

  FirstServer(QueryPlan plan) {
    this.plan = plan;
    this.sums = new QuerySums(plan.several());
  }

  /**
   * Asks, writes, and tells sums and complaints.
   *
   * @throws InterruptedException if the thread is interrupted while it waits
   * @throws KeyLines.BadKeyException if a line of standard input is no key
   */
  ExitCode run() throws InterruptedException {
    long startNanos = System.nanoTime();
    Optional<CaptureFile> capture = plan.capture();
    Requestor requestor =
        new Requestor(
            plan.servers(),
            plan.options(),
            plan.retries(),
            capture.map(CaptureFile::connection).orElse(ExchangeObserver.NONE));
    try (StopHook hook = plan.stopHook(requestor::close);
        BindingWriter writer = plan.writer(sums, false)) {
      hook.start();
      ask(requestor, writer);
      finish(writer, capture, startNanos);
      return report(writer, requestor.strayMessages());
    } catch (KeyLines.BadKeyException e) { // what was asked before stands as it is
      tellSums(startNanos);
      throw e;
    } catch (BindingWriter.ReaderGoneException e) {
      return ExitCode.OK; // whoever reads our output has seen enough
    }
  }

  private void finish(BindingWriter writer, Optional<CaptureFile> capture, long startNanos) {
    writer.finish();
    capture.ifPresent(CaptureFile::close);
    tellSums(startNanos);
  }

  private void tellSums(long startNanos) {
    if (sums.isReached()) {
      plan.err().println(sums.summary(System.nanoTime() - startNanos));
    }
  }

  /** Closes the requestor, too: the end of the connection belongs to what is captured. */
  private void ask(Requestor requestor, BindingWriter writer) throws InterruptedException {
    long startNanos = System.nanoTime();
    try (requestor;
        ProgressLine progress =
            new ProgressLine(
                plan.err(),
                plan.drawsProgress(false),
                () -> sums.progress(System.nanoTime() - startNanos))) {
      progress.start();
      requestor.ask(plan.queries(), new QueryListener(sums, Optional.of(writer), progress));
    }
  }

  private ExitCode report(BindingWriter writer, long stray) {
    plan.warnOfStray(stray);
    sums.complaints().forEach(complaint -> plan.err().println("Error: " + complaint));
    ExitCode exitCode = sums.exitCode();
    if (exitCode == ExitCode.NOTHING_FOUND) {
      plan.err().println("nothing found");
    }
    if (!writer.leftOut().isEmpty()) {
      plan.err().println("Error: " + writer.leftOut());
      return exitCode == ExitCode.OK ? ExitCode.INCOMPLETE : exitCode;
    }
    return exitCode;
  }
}
