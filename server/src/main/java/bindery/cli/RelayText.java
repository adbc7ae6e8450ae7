package bindery.cli;

import bindery.model.OptionCode;
import bindery.wire.DhcpOption;
import bindery.wire.MalformedMessageException;
import bindery.wire.RelayData;
import bindery.wire.RelayHop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Through which relays a client was last heard, hop by hop. */
final class RelayText {
  private RelayText() {}

  /** A line of words for each hop, the relay nearest to the server first. */
  static List<List<String>> lines(RelayData relay) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of("relayed by " + relay.source()));
    try {
      for (RelayHop hop : relay.hops()) {
        List<String> words = new ArrayList<>();
        words.add("hop " + hop.hopCount());
        words.add("link " + hop.linkAddress());
        words.add("peer " + hop.peerAddress());
        hop.options().forEach(option -> words.add(OptionText.named(option)));
        lines.add(words);
      }
    } catch (MalformedMessageException e) {
      lines.add(List.of("unreadable: " + e.getMessage()));
    }
    return lines;
  }

  /**
   * The hop that says where the client is: the innermost whose link-address says anything (RFC 8415
   * 13.1), else the innermost; empty if the relay message cannot be taken apart.
   */
  static Optional<RelayHop> nearest(RelayData relay) {
    try {
      List<RelayHop> hops = relay.hops();
      for (int i = hops.size() - 1; i >= 0; i--) {
        if (!hops.get(i).linkAddress().isUnspecified()) {
          return Optional.of(hops.get(i));
        }
      }
      return Optional.of(hops.get(hops.size() - 1));
    } catch (MalformedMessageException e) {
      return Optional.empty();
    }
  }

  /** What the hop says in an option; empty if it has none such. */
  static Optional<DhcpOption> option(RelayHop hop, int code) {
    return hop.options().stream().filter(option -> option.code() == code).findFirst();
  }

  /** The outermost hop with that relay-ID. */
  static Optional<RelayHop> withRelayId(RelayData relay, bindery.model.Duid relayId) {
    try {
      return relay.hops().stream()
          .filter(
              hop ->
                  option(hop, OptionCode.RELAY_ID)
                      .filter(option -> option.data().equals(relayId.octets()))
                      .isPresent())
          .findFirst();
    } catch (MalformedMessageException e) {
      return Optional.empty();
    }
  }
}
