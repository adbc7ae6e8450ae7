package bindery.cli;

import bindery.cli.FeedEntry.Fault;
import bindery.cli.FeedEntry.Lines;
import bindery.cli.FeedEntry.Update;
import bindery.kea.LineReader;
import bindery.v1.Exchange;
import bindery.v1.LeaseUpdate;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lines of {@code feed json} as exchanges: lines of one client with one cltt, one after
 * another, are one, unless they contradict each other.
 *
 * <p>What the exchange is told by any of its lines (its link, its relays, its options) holds for
 * all of them. A line that names a lease of the exchange again, or tells another link, other relays
 * or other options, begins the next exchange. Blank lines are passed over. Memory: one exchange of
 * at most 4,096 leases.
 */
final class JsonUpdates implements FeedInput {
  private static final int LEASES_MAX = 4_096;
  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final String name;
  private final LineReader lines;
  private final long bytesTotal;
  private final Queue<FeedEntry> ready = new ArrayDeque<>();
  private @Nullable Group group;

  /**
   * Over those lines, which it closes.
   *
   * @param name what to call the input in front of line numbers
   * @param bytesTotal how many octets there are; 0 if unknown
   */
  JsonUpdates(String name, LineReader lines, long bytesTotal) {
    this.name = name;
    this.lines = lines;
    this.bytesTotal = bytesTotal;
  }

  @Override
  public @Nullable FeedEntry next() throws IOException {
    while (ready.isEmpty() && lines.next()) {
      take();
    }
    if (ready.isEmpty()) {
      finishGroup();
    }
    return ready.poll();
  }

  private void take() {
    long number = lines.number();
    if (lines.isTooLong()) {
      fault(number, "more than " + LineReader.LINE_BYTES_MAX + " octets in one line");
      return;
    }
    byte[] octets = lines.octets();
    if (number == 1) {
      octets = withoutMark(octets);
    }
    if (isBlank(octets)) {
      return;
    }
    try {
      JsonUpdate update = JsonUpdate.parse(octets);
      if (group == null || !group.takes(update)) {
        finishGroup();
        group = new Group(update, number);
      } else {
        group.add(update, number);
      }
    } catch (IllegalArgumentException e) {
      fault(number, String.valueOf(e.getMessage()));
    }
  }

  /** What some editors put at the front of UTF-8 says nothing. */
  private static byte[] withoutMark(byte[] octets) {
    boolean isMarked =
        octets.length >= MARK.length && Arrays.equals(octets, 0, MARK.length, MARK, 0, MARK.length);
    return isMarked ? Arrays.copyOfRange(octets, MARK.length, octets.length) : octets;
  }

  private static boolean isBlank(byte[] octets) {
    for (byte octet : octets) {
      if (octet != ' ' && octet != '\t' && octet != '\r') {
        return false;
      }
    }
    return true;
  }

  private void fault(long number, String reason) {
    ready.add(new Fault(Lines.of(name, number), reason));
  }

  private void finishGroup() {
    Group finished = group;
    group = null;
    if (finished != null) {
      ready.add(finished.update(name));
    }
  }

  @Override
  public long bytesRead() {
    return lines.bytesRead();
  }

  @Override
  public long bytesTotal() {
    return bytesTotal;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  /** An exchange being put together. */
  private static final class Group {
    private final Exchange.Builder exchange = Exchange.newBuilder();
    private final Set<Object> leases = new HashSet<>();
    private final long first;
    private long last;
    private int count;

    private Group(JsonUpdate update, long number) {
      first = number;
      exchange.setClient(update.client()).setCltt(update.cltt());
      add(update, number);
    }

    private boolean takes(JsonUpdate update) {
      return update.client().equals(exchange.getClient())
          && update.cltt() == exchange.getCltt()
          && leases.size() < LEASES_MAX
          && update.lease().map(lease -> !leases.contains(key(lease))).orElse(true)
          && (update.link().isEmpty()
              || exchange.getLink().isEmpty()
              || update.link().equals(exchange.getLink()))
          && (update.subnetId().isEmpty()
              || !exchange.hasSubnetId()
              || update.subnetId().getAsLong() == exchange.getSubnetId())
          && (update.relays().isEmpty()
              || exchange.getRelaysCount() == 0
              || update.relays().equals(exchange.getRelaysList()))
          && agree(update.relaySource(), exchange.getRelaySource())
          && agree(update.options(), exchange.getOptions());
    }

    private static boolean agree(ByteString told, ByteString held) {
      return told.isEmpty() || held.isEmpty() || told.equals(held);
    }

    private static Object key(LeaseUpdate lease) {
      return new Key(lease.getKindValue(), lease.getAddress(), lease.getPrefixLength());
    }

    private record Key(int kind, ByteString address, int prefixLength) {}

    private void add(JsonUpdate update, long number) {
      last = number;
      count++;
      update
          .lease()
          .ifPresent(
              lease -> {
                exchange.addLeases(lease);
                leases.add(key(lease));
              });
      if (!update.link().isEmpty()) {
        exchange.setLink(update.link());
      }
      update.subnetId().ifPresent(exchange::setSubnetId);
      if (exchange.getRelaysCount() == 0) {
        exchange.addAllRelays(update.relays());
      }
      if (!update.relaySource().isEmpty()) {
        exchange.setRelaySource(update.relaySource());
      }
      if (!update.options().isEmpty()) {
        exchange.setOptions(update.options());
      }
    }

    private Update update(String name) {
      return new Update(new Lines(name, first, last, count), exchange.build());
    }
  }
}
