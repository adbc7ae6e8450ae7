package bindery.admin;

import bindery.store.BindingCensus;
import bindery.store.StoreView;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bindings by link and relay when somebody looks, and keeps the result: at most each 30
 * s and for at most a twentieth of the time, so that nobody who looks costs the node its work.
 * Blocks for reading up to {@value #ROWS_MAX} keys, twice; others wait for the same result.
 */
final class CensusTaker {
  static final long ROWS_MAX = 20_000_000;

  private static final long KEPT_NANOS_MIN = TimeUnit.SECONDS.toNanos(30);
  private static final int REST_FACTOR = 20;

  private final Supplier<StoreView> views;
  // Guarded by this.
  private @Nullable BindingCensus last;
  private long validUntilNanos;

  CensusTaker(Supplier<StoreView> views) {
    this.views = views;
  }

  /** The last count, or a new one if that is due. */
  synchronized BindingCensus census() {
    long begun = System.nanoTime();
    BindingCensus held = last;
    if (held != null && begun - validUntilNanos < 0) {
      return held;
    }
    BindingCensus taken;
    try (StoreView view = views.get()) {
      taken = view.census(ROWS_MAX);
    }
    long now = System.nanoTime();
    validUntilNanos = now + Math.max(KEPT_NANOS_MIN, REST_FACTOR * (now - begun));
    last = taken;
    return taken;
  }
}
