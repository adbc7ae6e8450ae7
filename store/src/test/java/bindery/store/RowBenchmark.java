package bindery.store;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What it costs to write and read a row, to copy its leases with lifetimes patched, and to build
 * keys: nanoseconds for a binding of one address and one prefix. Run by {@code deploy/bench/micro}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RowBenchmark {
  private static final long NOW = 1_000;

  private final BindingRecord binding =
      Samples.binding(
          7,
          Samples.CLIENT,
          Samples.lease(Samples.address("2001:db8::1"), 2_000, 3_000),
          Samples.lease(Samples.prefix("2001:db8:100::/56"), 2_000, 3_000));
  private final byte[] row;
  private final OctetWriter out = new OctetWriter(1_024);
  private final StreamPart part = new StreamPart();
  private final byte[] page = new byte[1 << 10];

  /** One row. */
  public RowBenchmark() {
    binding.relayIds().add(Samples.RELAY);
    binding.remoteIds().add(Samples.REMOTE);
    row = Samples.row(binding);
  }

  /** The row of a binding. */
  @Benchmark
  public int encode() {
    out.clear();
    return BindingCodec.write(binding, Schema.ROW_FORMAT_NEWEST, out);
  }

  /** The binding of a row. */
  @Benchmark
  public Object decode() {
    return BindingCodec.decode(binding.key(), row);
  }

  /** Both leases of a row into a page, lifetimes remaining. */
  @Benchmark
  public int patch() {
    part.wrap(row, 0, row.length);
    part.rewind();
    return part.copyLeases(page, 0, page.length, NOW);
  }

  /** The keys of all indexes of a binding. */
  @Benchmark
  public Object keys() {
    return List.of(
        Keys.relay(Keys.GLOBAL_SPACE, Samples.RELAY, binding.key()),
        Keys.remote(Keys.GLOBAL_SPACE, Samples.REMOTE, binding.key()),
        Keys.client(Keys.GLOBAL_SPACE, binding.key()),
        Keys.expiry(NOW, binding.key()));
  }
}
