package bindery.wire;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.OptionCode;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * Makes the frame of a query: the message of {@link LeaseQuery} with its message-size in front.
 *
 * <pre>{@code
 * 0027 0e 000002  0001 000a 0003000102005e10000a                         CLIENTID
 *                 002c 0011 04 20010db8000a00000000000000001000          LQ_QUERY by link-address
 * }</pre>
 */
public final class QueryEncoder {
  /** Room for the largest query that {@link LeaseQuery} allows but for its list of options. */
  private static final int FIXED_SIZE_MAX = 2_048;

  private final byte[] frame;
  private int at = Frame.PREFIX_SIZE;

  private QueryEncoder(int capacity) {
    this.frame = new byte[capacity];
  }

  /**
   * The whole frame.
   *
   * @throws IllegalArgumentException if the message would be larger than 65,535 octets, which only
   *     a list of more than 31,000 requested options or an overlong VSS can cause
   */
  public static byte[] encode(LeaseQuery query) {
    int vssSize = query.vss().map(Bytes::size).orElse(0);
    int capacity = FIXED_SIZE_MAX + vssSize + 2 * query.requestedOptions().size();
    QueryEncoder encoder = new QueryEncoder(capacity);
    encoder.putMessage(query);
    int size = encoder.at - Frame.PREFIX_SIZE;
    if (size > Frame.MESSAGE_SIZE_MAX) {
      throw new IllegalArgumentException("a query of " + size + " octets (expected at most 65535)");
    }
    encoder.setUint16(0, size);
    return Arrays.copyOf(encoder.frame, encoder.at);
  }

  private void putMessage(LeaseQuery query) {
    putUint8(MessageType.LEASEQUERY.code());
    putUint8(query.transactionId() >>> 16);
    putUint16(query.transactionId() & 0xffff);
    putOctets(OptionCode.CLIENT_ID, query.requestor().octets());
    int lqQuery = beginOption(OptionCode.LQ_QUERY);
    putUint8(query.type().code());
    putAddress(query.linkAddress());
    putKey(query.key());
    if (!query.requestedOptions().isEmpty()) {
      putOptionRequest(query.requestedOptions());
    }
    endOption(lqQuery);
    if (query.baseTimeRequested()) { // beside LQ_QUERY, where RFC 7653 9.3 looks for it (T-12)
      putOptionRequest(List.of(OptionCode.LQ_BASE_TIME));
    }
    putTime(OptionCode.LQ_START_TIME, query.startTime());
    putTime(OptionCode.LQ_END_TIME, query.endTime());
    query.vss().ifPresent(vss -> putOctets(OptionCode.VSS, vss));
  }

  private void putKey(QueryKey key) {
    if (key instanceof QueryKey.ByAddress byAddress) {
      int option = beginOption(OptionCode.IA_ADDRESS);
      putAddress(byAddress.address());
      at += 8; // both lifetimes stay 0: they mean nothing in a query
      endOption(option);
    } else if (key instanceof QueryKey.ByClientId byClientId) {
      putDuid(OptionCode.CLIENT_ID, byClientId.client());
    } else if (key instanceof QueryKey.ByRelayId byRelayId) {
      putDuid(OptionCode.RELAY_ID, byRelayId.relay());
    } else if (key instanceof QueryKey.ByRemoteId byRemoteId) {
      putOctets(OptionCode.REMOTE_ID, byRemoteId.remote().octets());
    }
  }

  private void putOptionRequest(Collection<Integer> codes) {
    int option = beginOption(OptionCode.OPTION_REQUEST);
    codes.forEach(this::putUint16);
    endOption(option);
  }

  private void putTime(int code, OptionalLong time) {
    if (time.isPresent()) {
      int option = beginOption(code);
      putUint16((int) (time.getAsLong() >>> 16));
      putUint16((int) time.getAsLong() & 0xffff);
      endOption(option);
    }
  }

  private void putDuid(int code, Duid duid) {
    putOctets(code, duid.octets());
  }

  private void putOctets(int code, Bytes octets) {
    int option = beginOption(code);
    at = octets.copyTo(frame, at);
    endOption(option);
  }

  private void putAddress(Ipv6Address address) {
    at = address.copyTo(frame, at);
  }

  private int beginOption(int code) {
    putUint16(code);
    at += 2;
    return at;
  }

  /** A size above 65,535 is caught when the whole message is measured. */
  private void endOption(int dataAt) {
    setUint16(dataAt - 2, at - dataAt);
  }

  private void putUint8(int value) {
    frame[at++] = (byte) value;
  }

  private void putUint16(int value) {
    setUint16(at, value);
    at += 2;
  }

  private void setUint16(int offset, int value) {
    frame[offset] = (byte) (value >>> 8);
    frame[offset + 1] = (byte) value;
  }
}
