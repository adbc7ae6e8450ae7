package bindery.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A DHCPv6 server as the example feeder hears of it: what it tells of each client, by number, and
 * what it holds of that client in the end. The number decides what the client does.
 */
record ExampleServer(String subnet) {
  /** A lease that does not end. */
  private static final String LIFETIMES =
      ",\"iaid\":1,\"preferred\":4294967295,\"valid\":4294967295";

  private static final long CLTT = 1_764_000_000;

  // What a client does, by its number.
  private static final int TAKES_A_PREFIX_TOO = 1;
  private static final int RENEWS_BY_ANOTHER_RELAY = 2;
  private static final int RELEASES = 3;
  private static final int DECLINES = 4;
  private static final int RUNS_OUT = 5;
  private static final int CONFIRMS_DIRECTLY = 6;
  private static final int MOVES_TO_ANOTHER_RELAY = 7;
  private static final int WAYS = 8;

  private static String client(int number) {
    return "0003000102005e%06x".formatted(number);
  }

  private static int relay(int number) {
    return switch (number % WAYS) {
      case RENEWS_BY_ANOTHER_RELAY -> 0xbb;
      case MOVES_TO_ANOTHER_RELAY -> 0xcc;
      case CONFIRMS_DIRECTLY -> 0;
      default -> 0xaa;
    };
  }

  private static boolean ends(int number) {
    int way = number % WAYS;
    return way == RELEASES || way == DECLINES || way == RUNS_OUT;
  }

  private String line(String event, int number, long cltt, int relay, String lifetimes) {
    StringBuilder leases = new StringBuilder();
    leases.append("{\"address\":\"%s::%x\"%s}".formatted(subnet, 0x1000 + number, lifetimes));
    if (number % WAYS == TAKES_A_PREFIX_TOO) {
      leases.append(",{\"prefix\":\"3fff:%s:%x::/48\"%s}".formatted(group(), number, lifetimes));
    }
    String relays =
        "{\"hop\":0,\"link\":\"%s::1\",\"peer\":\"fe80::%x\",\"options\":\"%s\"}"
            .formatted(subnet, number, options(relay));
    return """
        {"event":"%s","client":"%s","cltt":%d,"leases":[%s],"relays":[%s]}
        """
        .formatted(event, client(number), cltt, leases, relay == 0 ? "" : relays);
  }

  private static String options(int relay) {
    return "0035000a0003000102005e1000%02x".formatted(relay);
  }

  /** What it tells as it happens, line by line. */
  List<String> events(int number) {
    List<String> events = new ArrayList<>();
    events.add(line("grant", number, CLTT, 0xaa, LIFETIMES));
    String then =
        switch (number % WAYS) {
          case RENEWS_BY_ANOTHER_RELAY -> "renew";
          case RELEASES -> "release";
          case DECLINES -> "decline";
          case RUNS_OUT -> "expire";
          case CONFIRMS_DIRECTLY -> "confirm";
          case MOVES_TO_ANOTHER_RELAY -> "moved";
          default -> "";
        };
    if (!then.isEmpty()) {
      // That a lease ran out is no exchange: it tells when the last one was.
      long cltt = then.equals("expire") ? CLTT : CLTT + 60;
      events.add(line(then, number, cltt, relay(number), then.equals("renew") ? LIFETIMES : ""));
    }
    return events;
  }

  /** Its line in the server's own list of leases; empty if it holds none in the end. */
  Optional<String> held(int number) {
    long cltt = events(number).size() > 1 ? CLTT + 60 : CLTT;
    return ends(number)
        ? Optional.empty()
        : Optional.of(line("grant", number, cltt, relay(number), LIFETIMES));
  }

  /** The same of many. */
  String held(int first, int count) {
    StringBuilder lines = new StringBuilder();
    IntStream.range(first, first + count).forEach(i -> held(i).ifPresent(lines::append));
    return lines.toString();
  }

  /** What an answer tells of so many clients in the end, see {@link #told}. */
  SortedSet<String> expected(int first, int count) {
    SortedSet<String> expected = new TreeSet<>();
    for (int number = first; number < first + count; number++) {
      if (!ends(number)) {
        String link = "20010db8000" + group() + "0000%016x";
        String leases = "address/" + link.formatted(0x1000 + number) + "/128";
        if (number % WAYS == TAKES_A_PREFIX_TOO) {
          leases += " prefix/3fff000%s%04x%020x/48".formatted(group(), number, 0);
        }
        int relay = relay(number);
        String header = "0c00" + link.formatted(1) + "fe80%028x".formatted(number);
        String relayData = relay == 0 ? "" : link.formatted(1) + header + options(relay);
        expected.add(client(number) + " " + leases + " " + relayData);
      }
    }
    return expected;
  }

  /** The last group of the subnet, one digit. */
  private String group() {
    return subnet.substring(subnet.length() - 1);
  }

  /** An answer's bindings in the words of {@link #expected}; fails if one is there twice. */
  static SortedSet<String> told(RawRequestor.Answer answer) {
    SortedSet<String> told = new TreeSet<>();
    for (WireData data : answer.data()) {
      String line =
          data.client() + " " + String.join(" ", data.leases().keySet()) + " " + data.relayData();
      if (!told.add(line)) {
        throw new AssertionError("told twice: " + line);
      }
    }
    return told;
  }
}
