package bindery.feed;

import bindery.feed.OptionBlock.Option;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.OptionCode;
import bindery.model.RemoteId;
import bindery.v1.RejectReason;
import bindery.v1.RelayHop;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The relays of one exchange, checked, and what the store keeps of them.
 *
 * <p>The data of OPTION_LQ_RELAY_DATA (RFC 5007 4.1.2.4) is the source address of the packet that
 * the server received (T-10) and the RELAY-FORW without its innermost Relay Message (S-55):
 *
 * <pre>
 * RelayData  := peer-address(16) RelayForw
 * RelayForw  := 0c hop-count(1) link-address(16) peer-address(16) options [RelayMessage]
 * RelayMessage := 0009 length(2) RelayForw          every hop but the innermost has one, as its last
 * </pre>
 *
 * <p>Two hops without options, source 2001:db8:ff::1, outermost first:
 *
 * <pre>
 * 20010db800ff00000000000000000001
 * 0c01 20010db8000b00000000000000000001 20010db8000a00000000000000000001 0009 0022
 * 0c00 20010db8000a00000000000000000001 fe800000000000000000000000000001
 * </pre>
 */
final class RelayChain {
  /** The most relays of an exchange (HOP_COUNT_LIMIT of RFC 3315 5.5). */
  static final int HOPS_MAX = 32;

  /** The most octets of an option's data. */
  private static final int OPTION_BYTES_MAX = 0xffff;

  private static final int RELAY_FORW = 12;
  private static final int HEADER_SIZE = 34;
  private static final int OPTION_HEADER_SIZE = 4;

  private final ByteString linkAddress;
  private final ByteString relayData;
  private final Set<ByteString> relayIds;
  private final Set<ByteString> remoteIds;

  private RelayChain(
      ByteString linkAddress,
      ByteString relayData,
      Set<ByteString> relayIds,
      Set<ByteString> remoteIds) {
    this.linkAddress = linkAddress;
    this.relayData = relayData;
    this.relayIds = relayIds;
    this.remoteIds = remoteIds;
  }

  /**
   * Checks the relays of a relayed exchange.
   *
   * @param hops outermost first, at least one
   * @param source of the packet as the server received it; empty if the server does not tell
   */
  static RelayChain of(List<RelayHop> hops, ByteString source) throws RejectException {
    if (hops.size() > HOPS_MAX) {
      throw bad(hops.size() + " relays (expected at most " + HOPS_MAX + ")");
    }
    if (!source.isEmpty()) {
      checkAddress(source, "relay_source");
    }
    Set<ByteString> relayIds = new LinkedHashSet<>();
    Set<ByteString> remoteIds = new LinkedHashSet<>();
    ByteString linkAddress = ByteString.EMPTY;
    for (int i = 0; i < hops.size(); i++) {
      RelayHop hop = hops.get(i);
      String what = "relay " + i;
      checkAddress(hop.getLinkAddress(), what + " link_address");
      checkAddress(hop.getPeerAddress(), what + " peer_address");
      if (hop.getHopCount() < 0 || hop.getHopCount() > 0xff) {
        throw bad(
            what
                + " hop_count "
                + Integer.toUnsignedString(hop.getHopCount())
                + " (expected 0..255)");
      }
      collect(hop.getOptions(), what + " options", relayIds, remoteIds);
      if (!isUnspecified(hop.getLinkAddress())) {
        linkAddress =
            hop.getLinkAddress(); // the innermost stays: protocol order is outermost first
      }
    }
    ByteString peer = source.isEmpty() ? hops.get(0).getLinkAddress() : source;
    return new RelayChain(linkAddress, encode(hops, peer), relayIds, remoteIds);
  }

  private static void collect(
      ByteString octets, String what, Set<ByteString> relayIds, Set<ByteString> remoteIds)
      throws RejectException {
    for (Option option : OptionBlock.parse(octets, RejectReason.BAD_RELAY, what).options()) {
      int size = option.data().size();
      switch (option.code()) {
        case OptionCode.RELAY_MESSAGE ->
            throw bad(what + ": a Relay Message option (expected the hop's other options alone)");
        case OptionCode.RELAY_ID -> {
          if (!Duid.isValidSize(size)) {
            throw new RejectException(
                RejectReason.BAD_RELAY_ID,
                what
                    + ": a relay-ID of "
                    + size
                    + " octets (expected a DUID of "
                    + Duid.SIZE_MIN
                    + ".."
                    + Duid.SIZE_MAX
                    + ")");
          }
          relayIds.add(option.data());
        }
        case OptionCode.REMOTE_ID -> {
          if (size < RemoteId.SIZE_MIN || size > RemoteId.SIZE_MAX) {
            throw new RejectException(
                RejectReason.BAD_REMOTE_ID,
                what
                    + ": a remote-ID of "
                    + size
                    + " octets with its enterprise number (expected "
                    + RemoteId.SIZE_MIN
                    + ".."
                    + RemoteId.SIZE_MAX
                    + ")");
          }
          remoteIds.add(option.data());
        }
        default -> {} // travels inside the relay data as it is
      }
    }
  }

  private static void checkAddress(ByteString address, String what) throws RejectException {
    if (address.size() != Ipv6Address.SIZE) {
      throw bad(what + " of " + address.size() + " octets (expected 16)");
    }
  }

  private static boolean isUnspecified(ByteString address) {
    for (int i = 0; i < address.size(); i++) {
      if (address.byteAt(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private static ByteString encode(List<RelayHop> hops, ByteString peer) throws RejectException {
    long size = Ipv6Address.SIZE - OPTION_HEADER_SIZE; // the innermost has no Relay Message
    for (RelayHop hop : hops) {
      size += HEADER_SIZE + hop.getOptions().size() + OPTION_HEADER_SIZE;
    }
    if (size > OPTION_BYTES_MAX) {
      throw bad("relay data of " + size + " octets (expected at most " + OPTION_BYTES_MAX + ")");
    }
    ByteBuffer data = ByteBuffer.allocate((int) size);
    peer.copyTo(data);
    for (int i = 0; i < hops.size(); i++) {
      RelayHop hop = hops.get(i);
      data.put((byte) RELAY_FORW).put((byte) hop.getHopCount());
      hop.getLinkAddress().copyTo(data);
      hop.getPeerAddress().copyTo(data);
      hop.getOptions().copyTo(data);
      if (i < hops.size() - 1) {
        data.putShort((short) OptionCode.RELAY_MESSAGE);
        data.putShort((short) (data.remaining() - 2)); // all that follows is inside
      }
    }
    return UnsafeByteOperations.unsafeWrap(data.array());
  }

  private static RejectException bad(String message) {
    return new RejectException(RejectReason.BAD_RELAY, message);
  }

  /**
   * The innermost link-address that is not ::, 16 octets; empty if there is none (RFC 8415 13.1).
   */
  ByteString linkAddress() {
    return linkAddress;
  }

  /** The data of OPTION_LQ_RELAY_DATA. */
  ByteString relayData() {
    return relayData;
  }

  /** The relay-IDs of all hops, distinct. */
  Set<ByteString> relayIds() {
    return relayIds;
  }

  /** The remote-IDs of all hops with their enterprise numbers, distinct. */
  Set<ByteString> remoteIds() {
    return remoteIds;
  }
}
