package bindery.store;

import bindery.log.v1.Exchange;
import bindery.log.v1.Item;
import bindery.log.v1.Lease;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import com.google.protobuf.ByteString;

/** An exchange as a test says it. Instants are seconds after {@link ApplyFixture#START}. */
final class ApplyExchange {
  static final int PREFERRED = 500_000;
  static final int VALID = 1_000_000;

  private final Exchange.Builder exchange = Exchange.newBuilder();
  private final long clt;

  private ApplyExchange(long clt) {
    this.clt = clt;
    exchange.setCltt(ApplyFixture.START + clt);
  }

  static ApplyExchange of(Duid client, long clt) {
    ApplyExchange made = new ApplyExchange(clt);
    made.exchange.setClient(octets(client));
    return made;
  }

  static ApplyExchange ofNobody(long clt) {
    return new ApplyExchange(clt);
  }

  private static ByteString octets(Duid duid) {
    return ByteString.copyFrom(duid.octets().toArray());
  }

  private Lease.Builder lease(Lease.Operation operation, LeaseKey key) {
    return Lease.newBuilder()
        .setOperation(operation)
        .setKind(key.kind().code())
        .setAddress(ApplyFixture.octets(key.prefix().address()))
        .setPrefixLength(key.prefix().length())
        .setIaid(1)
        .setGranted(ApplyFixture.START + clt);
  }

  ApplyExchange put(LeaseKey key) {
    return put(key, PREFERRED, VALID);
  }

  ApplyExchange put(LeaseKey key, int preferred, int valid) {
    exchange.addLeases(lease(Lease.Operation.PUT, key).setPreferred(preferred).setValid(valid));
    return this;
  }

  ApplyExchange end(LeaseKey key) {
    return end(key, Lease.EndReason.RELEASED);
  }

  ApplyExchange end(LeaseKey key, Lease.EndReason reason) {
    exchange.addLeases(lease(Lease.Operation.END, key).setEndReason(reason));
    return this;
  }

  ApplyExchange seen(LeaseKey key) {
    exchange.addLeases(lease(Lease.Operation.SEEN, key));
    return this;
  }

  ApplyExchange copy() {
    exchange.setCopy(true);
    return this;
  }

  ApplyExchange link(String name) {
    exchange.setLink(name);
    return this;
  }

  ApplyExchange subnet(long id) {
    exchange.setSubnetId(id);
    return this;
  }

  ApplyExchange linkAddress(String address) {
    exchange.setLinkAddress(ApplyFixture.octets(address));
    return this;
  }

  /** Came by a relay; the data stands for what the relay sent. */
  ApplyExchange relayed(String data) {
    exchange.setRelayed(true).setRelayData(ByteString.copyFromUtf8("peer address 16o" + data));
    return this;
  }

  ApplyExchange relay(Duid id) {
    exchange.addRelayIds(octets(id));
    return this;
  }

  ApplyExchange remote(RemoteId id) {
    exchange.addRemoteIds(ByteString.copyFrom(id.octets().toArray()));
    return this;
  }

  ApplyExchange options(String data) {
    exchange.setOptions(option(data));
    return this;
  }

  /** A whole option 39 with that data. */
  static ByteString option(String data) {
    ByteString octets = ByteString.copyFromUtf8(data);
    byte[] head = {0, 39, 0, (byte) octets.size()};
    return ByteString.copyFrom(head).concat(octets);
  }

  Exchange build() {
    return exchange.build();
  }

  Item item() {
    return Item.newBuilder().setExchange(exchange).build();
  }
}
