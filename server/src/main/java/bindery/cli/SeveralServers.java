package bindery.cli;

import bindery.client.ExchangeObserver;
import bindery.client.Requestor;
import bindery.client.merge.CollectedLeases;
import bindery.client.merge.LeaseDifference;
import bindery.client.merge.LeaseGroups;
import bindery.client.merge.MergedBindings;
import bindery.wire.LeaseQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Asks several servers at once, each everything, keeps what they tell on disk, and merges or
 * compares it when all have ended (RFC 5460 6.4).
 */
final class SeveralServers {
  /** The most keys that all servers are asked for. */
  static final int QUERIES_MAX = 100_000;

  private static final long MEMORY_BYTES =
      32L << 20; // over all servers, and once more while merged

  private static final int END_SECONDS_MAX = 5;

  private final QueryPlan plan;
  private final List<LeaseQuery> queries = new ArrayList<>();
  private final List<QuerySums> sums = new ArrayList<>();

  /** A signal closes those that are here by then. */
  private final List<Requestor> requestors = new CopyOnWriteArrayList<>();

  /** Does what that says. */
  SeveralServers(QueryPlan plan) {
    this.plan = plan;
    plan.servers().forEach(server -> sums.add(new QuerySums(plan.several())));
  }

  /** What is done with all that was told. */
  @FunctionalInterface
  private interface Sequel {
    ExitCode run(List<CollectedLeases> answers) throws IOException;
  }

  /** Writes the merged answer. */
  ExitCode merge() throws CommandException, InterruptedException {
    return ask(this::merge);
  }

  /** Writes where two servers differ. */
  ExitCode compare() throws CommandException, InterruptedException {
    return ask(this::compare);
  }

  private void takeQueries() {
    while (plan.queries().hasNext()) {
      if (queries.size() == QUERIES_MAX) {
        throw new KeyLines.BadKeyException(
            "more than " + QUERIES_MAX + " keys with --all or --diff (expected fewer)");
      }
      queries.add(plan.queries().next());
    }
  }

  private ExitCode ask(Sequel sequel) throws CommandException, InterruptedException {
    takeQueries();
    Path folder = plan.invocation().temporaryFolder();
    try {
      return ask(folder, sequel);
    } catch (BindingWriter.ReaderGoneException e) {
      return ExitCode.OK; // whoever reads our output has seen enough
    } catch (IOException | UncheckedIOException e) {
      throw new CommandException(
          ExitCode.ERROR,
          "cannot keep answers in " + folder + ": " + reason(e) + " (TMPDIR names another folder)",
          e);
    }
  }

  private static String reason(Exception e) {
    Throwable cause = e instanceof UncheckedIOException unchecked ? unchecked.getCause() : e;
    return cause instanceof NoSuchFileException
        ? "there is no such folder"
        : cause instanceof AccessDeniedException
            ? "it may not be written"
            : String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
  }

  private ExitCode ask(Path folder, Sequel sequel) throws IOException, InterruptedException {
    List<CollectedLeases> answers = new ArrayList<>();
    Optional<CaptureFile> capture = plan.capture();
    try (StopHook hook = plan.stopHook(() -> requestors.forEach(Requestor::close))) {
      hook.start();
      long startNanos = System.nanoTime();
      long stray;
      try (ProgressLine progress =
          new ProgressLine(plan.err(), plan.drawsProgress(true), () -> progress(startNanos))) {
        for (int i = 0; i < plan.servers().size(); i++) {
          answers.add(
              new CollectedLeases(
                  i,
                  folder,
                  MEMORY_BYTES / plan.servers().size(),
                  Clock.systemUTC(),
                  new QueryListener(sums.get(i), Optional.empty(), progress)));
        }
        progress.start();
        stray = askAll(answers, capture);
      }
      capture.ifPresent(CaptureFile::close);
      for (int i = 0; i < answers.size(); i++) {
        if (sums.get(i).isReached()) {
          plan.err().println(sums.get(i).summary(System.nanoTime() - startNanos));
        }
        complain(i);
      }
      plan.warnOfStray(stray);
      return sequel.run(answers);
    } finally {
      for (CollectedLeases answer : answers) {
        answer.close();
      }
    }
  }

  private String progress(long startNanos) {
    QuerySums.Counts all = QuerySums.Counts.NONE;
    for (QuerySums one : sums) {
      all = all.plus(one.counts());
    }
    return QuerySums.progress(all, System.nanoTime() - startNanos);
  }

  private void complain(int server) {
    sums.get(server)
        .complaints()
        .forEach(
            complaint ->
                plan.err().println("Error: " + plan.servers().get(server) + ": " + complaint));
  }

  /**
   * A thread for each; the first that fails ends the others, which are gone when this returns.
   *
   * @return messages that answered no query
   */
  private long askAll(List<CollectedLeases> answers, Optional<CaptureFile> capture)
      throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(answers.size());
    ExecutorCompletionService<Void> runs = new ExecutorCompletionService<>(threads);
    try {
      for (int i = 0; i < answers.size(); i++) {
        CollectedLeases answer = answers.get(i);
        Requestor requestor =
            new Requestor(
                List.of(plan.servers().get(i)),
                plan.options(),
                plan.retries(),
                capture.map(CaptureFile::connection).orElse(ExchangeObserver.NONE));
        requestors.add(requestor);
        runs.submit(
            () -> {
              requestor.ask(queries.iterator(), answer);
              return null;
            });
      }
      for (int i = 0; i < answers.size(); i++) {
        runs.take().get();
      }
      return requestors.stream().mapToLong(Requestor::strayMessages).sum();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      requestors.forEach(Requestor::close);
      threads.shutdownNow();
      // A closed connection ends what waits for it; what is being kept just now takes longer.
      var unused = threads.awaitTermination(END_SECONDS_MAX, TimeUnit.SECONDS);
    }
  }

  private ExitCode merge(List<CollectedLeases> answers) throws IOException {
    QuerySums merged = new QuerySums(plan.several());
    Map<Integer, LeaseQuery> byNumber = new HashMap<>();
    queries.forEach(query -> byNumber.put(query.transactionId(), query));
    String leftOut;
    try (BindingWriter writer = plan.writer(merged, true)) {
      long conflicts =
          MergedBindings.merge(
              answers,
              plan.invocation().temporaryFolder(),
              MEMORY_BYTES,
              (origin, data) -> {
                LeaseQuery query = Optional.ofNullable(byNumber.get(origin.query())).orElseThrow();
                merged.count(query, data);
                writer.binding(
                    new BindingWriter.Origin(
                        query, origin.baseTime(), plan.servers().get(origin.server()).toString()),
                    data);
              });
      writer.finish();
      leftOut = writer.leftOut();
      QuerySums.Counts counts = merged.counts();
      plan.err()
          .println(
              "merged: "
                  + counts.bindings()
                  + " bindings, "
                  + counts.leases()
                  + " leases; of "
                  + conflicts
                  + " leases the servers name different clients");
    }
    ExitCode exitCode = exitCode(merged.counts().bindings() > 0);
    if (!leftOut.isEmpty()) {
      plan.err().println("Error: " + leftOut);
      return exitCode == ExitCode.OK ? ExitCode.INCOMPLETE : exitCode;
    }
    return exitCode;
  }

  /** What is merged is all there is if each server answered what it knows of. */
  private ExitCode exitCode(boolean isFound) {
    if (sums.stream().allMatch(QuerySums::isAnsweredWhereKnown)) {
      BitSet unknownToAll = sums.get(0).unknown();
      sums.forEach(one -> unknownToAll.and(one.unknown()));
      if (!unknownToAll.isEmpty()) {
        return ExitCode.REFUSED;
      }
      if (!isFound) {
        plan.err().println("nothing found");
      }
      return isFound ? ExitCode.OK : ExitCode.NOTHING_FOUND;
    }
    return isFound ? ExitCode.INCOMPLETE : failure();
  }

  /** What became of all servers, where not all answered: incomplete unless they failed alike. */
  private ExitCode failure() {
    ExitCode first = sums.get(0).exitCode();
    return sums.stream().allMatch(one -> !one.isAnswered() && one.exitCode() == first)
        ? first
        : ExitCode.INCOMPLETE;
  }

  private ExitCode compare(List<CollectedLeases> answers) throws IOException {
    if (!sums.stream().allMatch(QuerySums::isAnswered)) { // says nothing about the other's leases
      plan.err().println("Error: not compared, since not all answers are complete");
      return failure();
    }
    long startNanos = System.nanoTime();
    try (LeaseGroups groups = LeaseGroups.of(answers);
        DifferenceWriter writer =
            new DifferenceWriter(
                plan.out(),
                plan.output().format(),
                plan.output().count(),
                plan.invocation().columns(),
                plan.servers())) {
      for (var told = groups.next(); !told.isEmpty(); told = groups.next()) {
        writer.compared(LeaseDifference.of(told, plan.slack()));
      }
      plan.err()
          .printf(
              Locale.ROOT,
              "%s, %.3f s%n",
              writer.summary(),
              (System.nanoTime() - startNanos) / 1e9);
      if (writer.compared() == 0) {
        plan.err().println("nothing found");
        return ExitCode.NOTHING_FOUND;
      }
      return writer.differences() == 0 ? ExitCode.OK : ExitCode.ERROR;
    }
  }
}
