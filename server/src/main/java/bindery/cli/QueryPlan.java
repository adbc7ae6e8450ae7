package bindery.cli;

import bindery.client.ClientOptions;
import bindery.client.RetryOptions;
import bindery.model.HostPort;
import bindery.wire.LeaseQuery;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What one run of {@code bindery query} is to do, checked.
 *
 * @param servers whom to ask
 * @param queries what to ask; taken as it is asked
 * @param several whether there may be more than one query
 * @param output how answers are written
 * @param slack how far apart two ends may be that count as one
 * @param out for text
 * @param err for what is no data
 */
record QueryPlan(
    Invocation invocation,
    List<HostPort> servers,
    ClientOptions options,
    RetryOptions retries,
    Iterator<LeaseQuery> queries,
    boolean several,
    OutputArguments output,
    Duration slack,
    PrintWriter out,
    PrintWriter err) {
  /** How long a signal leaves to write what came: long, for a busy machine; seldom needed. */
  private static final Duration END_MAX = Duration.ofSeconds(10);

  /**
   * What writes bindings.
   *
   * @param sums of what it is given
   * @param merged whether bindings come from several servers
   */
  BindingWriter writer(QuerySums sums, boolean merged) {
    if (output.count()) {
      return new CountWriter(out, output.format(), sums);
    }
    return switch (output.format()) {
      case table -> new BindingTable(out, invocation.columns(), several, merged);
      case json -> new BindingJson(out, several);
      case csv -> new BindingCsv(out);
      case routes -> new RouteWriter(out, output.interfaceName(), sums);
      case pcap -> new NoWriter(out);
    };
  }

  /**
   * Until it is closed, a signal ends the asking, and what came is written before the process ends.
   */
  StopHook stopHook(Runnable stop) {
    return new StopHook(
        stop,
        END_MAX,
        isEnded -> {
          if (!isEnded) {
            err.println("Error: not all that had come was written: the process ends now");
          }
          err.flush();
        });
  }

  /** Tells of messages that answered no query, if there were any. */
  void warnOfStray(long messages) {
    if (messages > 0) {
      err.println("Warning: " + messages + " messages answered no query, and were passed over");
    }
  }

  /** The capture, if that is what is written. */
  Optional<CaptureFile> capture() {
    return output.format() == QueryFormat.pcap
        ? Optional.of(new CaptureFile(invocation.out(), Clock.systemUTC()))
        : Optional.empty();
  }

  /**
   * Whether progress may be drawn: on a terminal, unless data comes to that same terminal
   * meanwhile.
   *
   * @param isHeldBack whether data comes only when everything is there
   */
  boolean drawsProgress(boolean isHeldBack) {
    return invocation.terminal()
        && (isHeldBack || output.count() || invocation.columns().isEmpty());
  }
}
