package bindery.store;

import bindery.log.v1.Barrier;
import bindery.log.v1.Command;
import java.nio.file.Path;

/** A process that applies, flushes, applies more and is gone without closing. */
final class CrashChild {
  static final int EXIT = 42;

  private CrashChild() {}

  public static void main(String[] arguments) {
    BindingStore store =
        BindingStore.open(Path.of(arguments[0]), new StoreOptions(8L << 20, 1L << 20));
    for (int i = 1; i <= 10; i++) {
      store.apply(1, i, barrier(5_000 + i));
    }
    store.flush();
    for (int i = 11; i <= 20; i++) {
      store.apply(1, i, barrier(5_000 + i));
    }
    Runtime.getRuntime().halt(EXIT);
  }

  private static Command barrier(long proposedAtMillis) {
    return Command.newBuilder()
        .setProposedAtMillis(proposedAtMillis)
        .setBarrier(Barrier.getDefaultInstance())
        .build();
  }
}
