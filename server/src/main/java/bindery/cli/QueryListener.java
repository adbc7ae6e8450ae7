package bindery.cli;

import bindery.client.AnswerReceiver;
import bindery.client.QueryResult;
import bindery.model.HostPort;
import bindery.wire.ClientData;
import bindery.wire.LeaseQuery;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Counts what one server, or the first that can, answers, and has it written at once. */
final class QueryListener implements AnswerReceiver {
  private final QuerySums sums;
  private final Optional<BindingWriter> writer;
  private final ProgressLine progress;

  /**
   * For these.
   *
   * @param writer empty if what comes is only counted here
   */
  QueryListener(QuerySums sums, Optional<BindingWriter> writer, ProgressLine progress) {
    this.sums = sums;
    this.writer = writer;
    this.progress = progress;
  }

  @Override
  public void clientData(LeaseQuery query, OptionalLong baseTime, ClientData data) {
    sums.count(query, data);
    writer.ifPresent(to -> to.binding(new BindingWriter.Origin(query, baseTime, ""), data));
  }

  @Override
  public boolean restarts(LeaseQuery query) {
    boolean mayRepeat = writer.map(BindingWriter::mayRepeat).orElse(true);
    if (mayRepeat) {
      sums.takeBack(query);
    }
    return mayRepeat;
  }

  @Override
  public void ended(LeaseQuery query, QueryResult result, Optional<HostPort> server) {
    sums.ended(query, result, server);
  }

  @Override
  public void retrying(String reason, Duration wait) {
    progress.tell(
        OptionText.harmless(reason)
            + String.format(Locale.ROOT, "; trying again in %.1f s", wait.toMillis() / 1e3));
  }
}
