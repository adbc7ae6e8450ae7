package bindery.cli;

import bindery.client.AnswerReceiver;
import bindery.wire.ClientData;
import bindery.wire.LeaseQuery;
import java.io.BufferedWriter;
import java.io.PrintWriter;
import java.util.OptionalLong;

/** Writes the bindings of answers as they come, in bounded memory. */
abstract class BindingWriter implements AutoCloseable {
  private static final int BUFFER_CHARS = 64 << 10;
  private static final int BINDINGS_PER_CHECK = 256;

  private final PrintWriter target;
  private final PrintWriter out;
  private long bindings;

  /**
   * Where a binding comes from.
   *
   * @param query which query it answers
   * @param baseTime seconds since 2000 that its times count from; empty if not told
   * @param server who told it; empty if all is from one server
   */
  record Origin(LeaseQuery query, OptionalLong baseTime, String server) {}

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
   * One binding, or a part of one.
   *
   * @throws ReaderGoneException if nobody reads any more
   */
  final void binding(Origin origin, ClientData data) {
    write(origin, data);
    bindings++;
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
  abstract void write(Origin origin, ClientData data);

  /**
   * Whether an answer that broke off may be written again from its start, as {@link
   * AnswerReceiver#restarts} asks.
   */
  boolean mayRepeat() {
    return false;
  }

  /** What could not be written of what came, in a sentence; empty if all was. */
  String leftOut() {
    return "";
  }

  /** Writes bindings that are still held. */
  void writeHeld() {}

  /** Writes what stands behind the last binding. */
  void writeEnd() {}

  /** All queries have ended: the output is made whole. */
  final void finish() {
    writeHeld();
    writeEnd();
    out.flush();
  }

  /** Writes bindings that are still held, and nothing more. */
  @Override
  public final void close() {
    writeHeld();
    out.flush();
  }
}
