package bindery.query;

import bindery.model.OptionCode;
import java.util.BitSet;
import java.util.Collection;
import java.util.Set;

/**
 * The options that a requestor asked to have beside the leases, less those that are never told
 * (S-52, S-53). Immutable.
 */
final class RequestedOptions {
  /** Nothing asked for. */
  static final RequestedOptions NONE = new RequestedOptions(new BitSet(), false);

  private static final int IA_NA = 3;
  private static final int IA_TA = 4;
  private static final int IA_PD = 25;
  private static final int HEADER_SIZE = 4;

  /** What a relay added to its message, which comes by relay data alone (T-11). */
  static final Set<Integer> OF_RELAYS =
      Set.of(
          OptionCode.RELAY_MESSAGE,
          OptionCode.INTERFACE_ID,
          OptionCode.REMOTE_ID,
          OptionCode.SUBSCRIBER_ID,
          OptionCode.RELAY_ID,
          OptionCode.CLIENT_LINKLAYER_ADDRESS,
          OptionCode.RELAY_PORT);

  // What the frame of an answer is made of, which must not stand twice.
  private static final Set<Integer> OF_THE_FRAME =
      Set.of(
          OptionCode.CLIENT_ID,
          OptionCode.SERVER_ID,
          IA_NA,
          IA_TA,
          OptionCode.IA_ADDRESS,
          OptionCode.OPTION_REQUEST,
          OptionCode.STATUS_CODE,
          IA_PD,
          OptionCode.IA_PREFIX,
          OptionCode.LQ_QUERY,
          OptionCode.CLIENT_DATA,
          OptionCode.CLT_TIME,
          OptionCode.LQ_RELAY_DATA,
          OptionCode.LQ_CLIENT_LINK,
          OptionCode.LQ_BASE_TIME,
          OptionCode.LQ_START_TIME,
          OptionCode.LQ_END_TIME);

  private final BitSet codes;
  private final boolean wantsRelayData;

  private RequestedOptions(BitSet codes, boolean wantsRelayData) {
    this.codes = codes;
    this.wantsRelayData = wantsRelayData;
  }

  /**
   * What is told of what is asked.
   *
   * @param asked codes of the query's ORO, in any order, repeats allowed
   * @param sensitive codes never to be told
   */
  static RequestedOptions of(Collection<Integer> asked, Set<Integer> sensitive) {
    BitSet codes = new BitSet();
    boolean wantsRelayData = false;
    for (int code : asked) {
      if (sensitive.contains(code)) {
        continue;
      }
      wantsRelayData |= code == OptionCode.LQ_RELAY_DATA;
      if (!OF_RELAYS.contains(code) && !OF_THE_FRAME.contains(code)) {
        codes.set(code);
      }
    }
    return codes.isEmpty() && !wantsRelayData ? NONE : new RequestedOptions(codes, wantsRelayData);
  }

  /** Whether OPTION_LQ_RELAY_DATA goes with each binding that has it (S-56). */
  boolean wantsRelayData() {
    return wantsRelayData;
  }

  /** Whether any held option at all may go with a binding. */
  boolean wantsOptions() {
    return !codes.isEmpty();
  }

  /**
   * Drops from a run of whole options all that are not told, closing the gaps.
   *
   * @param options code (2), length (2), data, back to back from the start of the array
   * @param size octets of them
   * @return octets left
   */
  int keep(byte[] options, int size) {
    int kept = 0;
    int at = 0;
    while (at + HEADER_SIZE <= size) {
      int code = (options[at] & 0xff) << 8 | (options[at + 1] & 0xff);
      int whole = HEADER_SIZE + ((options[at + 2] & 0xff) << 8 | (options[at + 3] & 0xff));
      if (codes.get(code)) {
        System.arraycopy(options, at, options, kept, whole);
        kept += whole;
      }
      at += whole;
    }
    return kept;
  }
}
