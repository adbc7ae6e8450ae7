package bindery.kea;

import bindery.kea.LeaseRow.Reason;
import bindery.model.Bytes;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import bindery.model.LeaseKey.Kind;
import bindery.v1.EndReason;
import bindery.v1.Exchange;
import bindery.v1.LeaseKind;
import bindery.v1.LeaseUpdate;
import bindery.v1.LeaseUpdate.Operation;
import bindery.v1.RelayHop;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A lease as Kea holds it, in whichever form it was written.
 *
 * <p>It says how the lease stands after an event: state 0 with a valid lifetime holds; a valid
 * lifetime of 0, and every other state, is an end. A declined lease, and one without a client that
 * is not held, ends the address whoever holds it: what stands in it is no client.
 *
 * @param state 0 held, 1 declined, 2 expired, 3 released, 4 registered by the client itself (RFC
 *     9686)
 * @param valid seconds from {@code cltt}; {@code 0xffffffff} is infinite
 * @param preferred as {@code valid}
 * @param cltt seconds since 1970
 * @param iaid 32 bits, signed or not, as the SQL back ends keep it signed
 * @param duid as Kea writes it
 * @param hardwareAddress as Kea writes it; empty if there is none
 * @param relays those of its user context
 */
public record KeaLease(
    LeaseKey key,
    int state,
    long valid,
    long preferred,
    long cltt,
    long subnetId,
    long iaid,
    long poolId,
    String duid,
    String hardwareAddress,
    String hostname,
    Relays relays) {
  static final int STATE_HELD = 0;
  static final int STATE_DECLINED = 1;
  static final int STATE_EXPIRED = 2;
  static final int STATE_REGISTERED = 4;

  // How Kea writes "no client": 2.2.0 and older the first way, newer versions the second.
  private static final Set<String> NO_CLIENT = Set.of("00", "00:00:00");

  private static final int HARDWARE_ADDRESS_MAX = 32;

  /** The relays of a lease, read only where they matter. */
  @FunctionalInterface
  public interface Relays {
    /**
     * The relays, outermost first; none of a direct exchange, or where Kea does not keep them.
     *
     * @throws MalformedRowException if they are not as {@link UserContext} says
     */
    List<RelayHop> read() throws MalformedRowException;
  }

  /**
   * The instant of an exchange, which Kea does not write beside the instant that its lease ends:
   * the one less the valid lifetime, also an infinite one, which Kea counts as 4294967295 s. The
   * SQL back ends keep the CLT itself where the lifetime is infinite.
   *
   * @param name of the valid lifetime, for the message
   * @throws MalformedRowException if the lease ended before it began
   */
  static long cltt(long expire, long valid, String name) throws MalformedRowException {
    if (expire >= valid) {
      return expire - valid;
    }
    if (valid == DhcpTime.INFINITY) {
      return expire;
    }
    throw new MalformedRowException(
        "expire is " + expire + " (expected at least " + name + ", " + valid + ")");
  }

  /** Why the lease is none of ours; empty if it is. */
  public Optional<Reason> leftOut() {
    return state == STATE_REGISTERED ? Optional.of(Reason.REGISTERED) : Optional.empty();
  }

  /**
   * Whether a client holds it at that instant.
   *
   * @param now seconds since 1970
   */
  public boolean isActive(long now) {
    return isHeld() && (valid == DhcpTime.INFINITY || cltt + valid >= now);
  }

  private boolean isHeld() {
    return state == STATE_HELD && valid > 0;
  }

  /**
   * The lease as an exchange of its own. The source address of the relayed packet is not told by
   * Kea, so it is left out, and the outermost link-address stands in for it (T-10).
   *
   * @throws MalformedRowException if a value is what it cannot be
   */
  public Exchange exchange() throws MalformedRowException {
    boolean noClient = NO_CLIENT.contains(duid);
    if (state == STATE_DECLINED || (noClient && !isHeld())) {
      return unclaimed()
          .addLeases(lease().setOperation(Operation.END).setEndReason(EndReason.DECLINED))
          .build();
    }
    if (noClient) {
      throw new MalformedRowException("duid is " + duid + ", no client, in a lease that is held");
    }
    return claimed().addLeases(isHeld() ? held() : ended()).build();
  }

  /**
   * The end of the lease, however it stood.
   *
   * @throws MalformedRowException if a value is what it cannot be
   */
  public Exchange removal() throws MalformedRowException {
    if (NO_CLIENT.contains(duid)) {
      return exchange();
    }
    return unclaimed()
        .setClient(client())
        .addLeases(lease().setOperation(Operation.END).setEndReason(EndReason.REMOVED))
        .build();
  }

  private Exchange.Builder unclaimed() {
    return Exchange.newBuilder().setCltt(cltt).setSubnetId(subnetId);
  }

  private Exchange.Builder claimed() throws MalformedRowException {
    return unclaimed()
        .setClient(client())
        .addAllRelays(relays.read())
        .setHardwareAddress(hardware());
  }

  private LeaseUpdate.Builder lease() {
    return LeaseUpdate.newBuilder()
        .setKind(key.kind() == Kind.PREFIX ? LeaseKind.PREFIX : LeaseKind.ADDRESS)
        .setAddress(ByteString.copyFrom(key.prefix().address().toArray()))
        .setPrefixLength(key.prefix().length())
        .setIaid((int) iaid)
        .setPoolId(poolId);
  }

  private LeaseUpdate.Builder held() {
    return lease()
        .setOperation(Operation.PUT)
        .setValid((int) valid)
        .setPreferred((int) Math.min(preferred, valid)) // Kea takes any; valid is what counts
        .setHostname(hostname);
  }

  private LeaseUpdate.Builder ended() {
    return lease()
        .setOperation(Operation.END)
        .setEndReason(state == STATE_EXPIRED ? EndReason.EXPIRED : EndReason.RELEASED);
  }

  private ByteString client() throws MalformedRowException {
    try {
      return ByteString.copyFrom(Duid.parse(duid).octets().toArray());
    } catch (IllegalArgumentException e) {
      throw new MalformedRowException("duid: " + e.getMessage(), e);
    }
  }

  private ByteString hardware() throws MalformedRowException {
    try {
      Bytes octets = hardwareAddress.isEmpty() ? Bytes.EMPTY : Bytes.parseHex(hardwareAddress);
      if (octets.size() <= HARDWARE_ADDRESS_MAX) {
        return ByteString.copyFrom(octets.toArray());
      }
    } catch (IllegalArgumentException e) {
      throw new MalformedRowException("hwaddr: " + e.getMessage(), e);
    }
    throw new MalformedRowException(
        "hwaddr is \""
            + hardwareAddress
            + "\" (expected at most "
            + HARDWARE_ADDRESS_MAX
            + " octets)");
  }
}
