package bindery.wire;

import bindery.model.Duid;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What it costs to read a query, to frame one LEASEQUERY-DATA, and to read that as a requestor:
 * nanoseconds for each. Run by {@code deploy/bench/micro}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MessageBenchmark {
  private static final Duid SERVER = Duid.parse("000200000000abcd");
  private static final Duid REQUESTOR = Duid.parse("0003000102005e10000a");

  // CLIENTID, CLT_TIME, and an IAADDR with lifetimes.
  private static final byte[] CLIENT_OPTIONS =
      HexFormat.of()
          .parseHex(
              "0001000a000300010a0b0c0d0e0f"
                  + "002e000400000010"
                  + "0005001820010db80000000000000000000000010000020000000300");

  private final byte[] query;
  private final ReplyEncoder frames =
      new ReplyEncoder(SERVER, REQUESTOR, 0xabcdef, OptionalLong.empty());
  private final byte[] page = new byte[1 << 10];
  private final int frameEnd;

  /** One query and one message of its answer. */
  public MessageBenchmark() {
    byte[] frame =
        QueryEncoder.encode(LeaseQuery.of(1, REQUESTOR, new QueryKey.ByRelayId(REQUESTOR)));
    query = Arrays.copyOfRange(frame, Frame.PREFIX_SIZE, frame.length);
    frameEnd = encode();
  }

  /** A query as it comes from a connection. */
  @Benchmark
  public Object decodeQuery() {
    return QueryDecoder.decode(query, SERVER);
  }

  /** A LEASEQUERY-DATA around ready-made options. */
  @Benchmark
  public int encode() {
    int at = frames.beginData(page, 0);
    System.arraycopy(CLIENT_OPTIONS, 0, page, at, CLIENT_OPTIONS.length);
    int end = at + CLIENT_OPTIONS.length;
    frames.end(page, 0, end);
    return end;
  }

  /** The same as its requestor reads it. */
  @Benchmark
  public Object decode() throws MalformedMessageException {
    return ReplyDecoder.decode(page, Frame.PREFIX_SIZE, frameEnd - Frame.PREFIX_SIZE, REQUESTOR);
  }
}
