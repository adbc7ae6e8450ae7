package bindery.cli;

import bindery.client.AnswerReceiver;
import bindery.wire.ClientData;
import bindery.wire.LeaseQuery;
import java.io.BufferedWriter;
import java.io.PrintWriter;
import java.util.OptionalLong;
import java.util.Set;

/** Writes the bindings of an answer as they come, in bounded memory, and counts them. */
abstract class BindingWriter implements AnswerReceiver, AutoCloseable {
  private static final int BUFFER_CHARS = 64 << 10;
  private static final int BINDINGS_PER_CHECK = 256;

  private final PrintWriter target;
  private final PrintWriter out;
  private long bindings;
  private long leases;

  /** To that writer, which stays open. */
  BindingWriter(PrintWriter target) {
    this.target = target;
    out = new PrintWriter(new BufferedWriter(target, BUFFER_CHARS));
  }

  /** Standard output was closed by who reads it, such as {@code head}. */
  static final class ReaderGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * For that format.
   *
   * @param requested what was asked for, which decides the columns of a table
   */
  static BindingWriter of(OutputFormat format, PrintWriter out, Set<Integer> requested) {
    return switch (format) {
      case table -> new BindingTable(out, requested);
      case json -> new BindingJson(out);
    };
  }

  @Override
  public final void clientData(LeaseQuery query, OptionalLong baseTime, ClientData data) {
    bindings++;
    leases += data.leases().size();
    write(baseTime, data);
    if (bindings % BINDINGS_PER_CHECK == 0) {
      out.flush();
      if (target.checkError()) {
        throw new ReaderGoneException();
      }
    }
  }

  /** Where to write, buffered. */
  final PrintWriter out() {
    return out;
  }

  /** Writes one binding. */
  abstract void write(OptionalLong baseTime, ClientData data);

  /** Writes what is still held. The answer is over. */
  void finish() {
    out.flush();
  }

  /** How many bindings were written; one that the server split counts as often as it came. */
  final long bindings() {
    return bindings;
  }

  /** How many leases they hold. */
  final long leases() {
    return leases;
  }

  /** Writes what is still held, also of an answer that broke off. */
  @Override
  public final void close() {
    finish();
  }
}
