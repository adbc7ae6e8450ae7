package bindery.transcript;

import bindery.log.v1.Exchange;
import bindery.log.v1.Lease;
import bindery.model.Duid;
import bindery.query.Answer;
import bindery.query.Answers;
import bindery.query.DatagramAnswers;
import bindery.query.FedStore;
import bindery.query.QueryScope;
import bindery.query.ReadGate;
import bindery.query.ReadMode;
import bindery.store.ReadPoint;
import bindery.wire.Incoming;
import bindery.wire.QueryDecoder;
import bindery.wire.RelayPath;
import bindery.wire.ReplyEncoder;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** A store that is told what is held, on a clock that stands still, and the transcript of it. */
final class Scene implements AutoCloseable {
  private static final HexFormat HEX = HexFormat.of();
  private static final int HEX_SHOWN_MAX = 600;
  private static final int LEASES_SHOWN_MAX = 4;

  /** Seconds after {@link FedStore#NOW} at which all is asked. */
  private static final long ASKED = 100;

  private final FedStore store;
  private final List<String> lines = new ArrayList<>();
  private QueryScope scope = QueryScope.ALL;

  Scene(Path folder, String title) {
    store = FedStore.open(folder);
    lines.add("# " + title);
    lines.add("");
    lines.add("held at 0 s, asked at " + ASKED + " s");
  }

  Scene link(String name, String prefix) {
    store.link(name, List.of(prefix), List.of());
    lines.add("  link " + name + " " + prefix);
    return this;
  }

  Scene hold(Exchange.Builder exchange) {
    store.feed(exchange);
    lines.add("  client " + HEX.formatHex(exchange.getClient().toByteArray()) + place(exchange));
    exchange.getRelayIdsList().forEach(id -> lines.add("    relay-ID " + hex(id)));
    exchange.getRemoteIdsList().forEach(id -> lines.add("    remote-ID " + hex(id)));
    List<Lease> leases = exchange.getLeasesList();
    boolean isLong = leases.size() > LEASES_SHOWN_MAX;
    (isLong ? leases.subList(0, 1) : leases).forEach(lease -> lines.add("    " + text(lease)));
    if (isLong) {
      lines.add("    ... " + (leases.size() - 2) + " more ...");
      lines.add("    " + text(leases.get(leases.size() - 1)));
    }
    return this;
  }

  private static String place(Exchange.Builder exchange) {
    return " on " + exchange.getLink() + (exchange.getRelayed() ? ", relayed" : ", direct");
  }

  private static String hex(ByteString octets) {
    return HEX.formatHex(octets.toByteArray());
  }

  private static String text(Lease lease) {
    try {
      return InetAddress.getByAddress(lease.getAddress().toByteArray()).getHostAddress()
          + "/"
          + lease.getPrefixLength()
          + " preferred "
          + lease.getPreferred()
          + " valid "
          + lease.getValid();
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** Limits the requestor from here on. */
  Scene as(QueryScope limited, String text) {
    scope = limited;
    lines.add("  the requestor may " + text);
    return this;
  }

  /** Asks, and tells every message of the answer. */
  Scene ask(String message) {
    return ask(message, Integer.MAX_VALUE);
  }

  /** Asks, and has the answer end with the node after so many pages. */
  Scene ask(String message, int pages) {
    byte[] query = HEX.parseHex(message);
    tell("query", query);
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    Answers answers = answers();
    Duid server = answers.findServerId().orElseThrow();
    Incoming incoming = QueryDecoder.decode(query, server);
    if (incoming instanceof Incoming.Query asked) {
      ReadPoint point = new ReadPoint(0, (FedStore.NOW + ASKED) * 1_000, 0);
      fill(answers.begin(asked.query(), scope, point), pages, answer);
    } else if (incoming instanceof Incoming.Refused refused) {
      fill(answers.refused(refused), pages, answer);
    } else if (incoming instanceof Incoming.StartTls tls) {
      byte[] page = new byte[ReplyEncoder.STATUS_FRAME_SIZE_MAX];
      int size =
          ReplyEncoder.writeTlsRefusal(
              page, 0, server, tls.transactionId(), "TLS is not offered here");
      answer.write(page, 0, size);
    } else if (incoming instanceof Incoming.Discard discard) {
      lines.add("");
      lines.add("no answer, and the connection is closed: " + discard.reason());
    }
    tellFrames(answer.toByteArray());
    return this;
  }

  /** Asks by UDP, and tells the reply. */
  Scene askByUdp(String message) {
    byte[] query = HEX.parseHex(message);
    tell("query by UDP", query);
    Answers answers = answers();
    DatagramAnswers replies = new DatagramAnswers(answers);
    Duid server = answers.findServerId().orElseThrow();
    byte[] page = new byte[2 * Answer.PAGE_BYTES_MIN];
    Incoming incoming = QueryDecoder.decodeDatagram(query, server);
    if (incoming instanceof Incoming.Query asked) {
      ReadPoint point = new ReadPoint(0, (FedStore.NOW + ASKED) * 1_000, 0);
      int room = RelayPath.DATAGRAM_SIZE_MAX;
      tell("reply", replies.answer(asked.query(), scope, point, page, room).message());
    } else if (incoming instanceof Incoming.Refused refused) {
      tell("reply", replies.refused(refused, page).message());
    } else {
      throw new AssertionError("no query: " + incoming);
    }
    return this;
  }

  private Answers answers() {
    return new Answers(
        new ReadGate(
            store::barrier, ReadMode.LINEARIZABLE, store::view, Runnable::run, () -> 0, () -> 0),
        store::view,
        Runnable::run,
        () -> 0,
        Duration.ofSeconds(5),
        Set.of(),
        fault -> {
          throw new AssertionError(fault);
        });
  }

  private static void fill(Answer answer, int pages, ByteArrayOutputStream out) {
    byte[] page = new byte[Answer.PAGE_BYTES_MIN];
    try (answer) {
      for (int turn = 0; turn < pages && !answer.hasEnded(); turn++) {
        out.write(page, 0, answer.fill(page));
      }
      out.write(page, 0, answer.terminate(page, "the node is stopping"));
    }
  }

  private void tellFrames(byte[] frames) {
    int number = 1;
    for (int at = 0; at < frames.length; ) {
      int size = (frames[at] & 0xff) << 8 | (frames[at + 1] & 0xff);
      tell("answer, message " + number, Arrays.copyOfRange(frames, at + 2, at + 2 + size));
      at += 2 + size;
      number++;
    }
  }

  private void tell(String what, byte[] message) {
    lines.add("");
    lines.add(what + ", " + message.length + " octets");
    if (message.length <= HEX_SHOWN_MAX) {
      lines.add("  " + HEX.formatHex(message));
    }
    Dissector.message(message).forEach(line -> lines.add("  " + line));
  }

  String text() {
    return String.join("\n", lines) + "\n";
  }

  @Override
  public void close() {
    store.close();
  }
}
