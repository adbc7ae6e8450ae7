package bindery.cli;

import bindery.wire.ClientData;
import java.io.PrintWriter;

/** Writes nothing: standard output has the capture. */
final class NoWriter extends BindingWriter {
  NoWriter(PrintWriter out) {
    super(out);
  }

  @Override
  void write(Origin origin, ClientData data) {
    // told by the capture
  }

  @Override
  boolean mayRepeat() {
    return true;
  }
}
