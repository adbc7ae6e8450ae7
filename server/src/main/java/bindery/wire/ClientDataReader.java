package bindery.wire;

import bindery.model.Duid;
import bindery.model.OptionCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads the client-options of one CLIENT_DATA, and says whether they are enough to be used. */
final class ClientDataReader {
  // Not final: gathered while walking over the options.
  private @Nullable Duid client;
  private OptionalLong cltAge = OptionalLong.empty();
  private @Nullable RelayData relayData;
  private final List<LeaseOption> leases = new ArrayList<>(2);
  private final List<DhcpOption> others = new ArrayList<>(0);

  private ClientDataReader() {}

  static ClientDataReader read(OctetReader data) throws MalformedMessageException {
    ClientDataReader reader = new ClientDataReader();
    OptionReader options = new OptionReader(data);
    while (options.next()) {
      reader.accept(options.code(), options.data());
    }
    return reader;
  }

  private void accept(int code, OctetReader data) throws MalformedMessageException {
    switch (code) {
      case OptionCode.CLIENT_ID -> {
        data.requireFirst(client == null, "CLIENTID in CLIENT_DATA");
        client = data.duid("CLIENTID in CLIENT_DATA");
      }
      case OptionCode.CLT_TIME -> {
        data.requireFirst(cltAge.isEmpty(), "CLT_TIME");
        data.requireExactly(4, "CLT_TIME");
        cltAge = OptionalLong.of(data.uint32("CLT_TIME"));
      }
      case OptionCode.IA_ADDRESS -> leases.add(LeaseOption.readAddress(data));
      case OptionCode.IA_PREFIX -> leases.add(LeaseOption.readPrefix(data));
      case OptionCode.LQ_RELAY_DATA -> {
        data.requireFirst(relayData == null, "LQ_RELAY_DATA");
        relayData = RelayData.read(data);
      }
      default -> others.add(new DhcpOption(code, data.rest()));
    }
  }

  /** What was read; empty if there is a {@link #fault}. */
  Optional<ClientData> clientData() {
    Duid holder = client;
    if (holder == null || cltAge.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ClientData(holder, cltAge.getAsLong(), leases, Optional.ofNullable(relayData), others));
  }

  /** Why it cannot be used; empty if it can. */
  Optional<String> fault() {
    if (client == null) {
      return Optional.of("CLIENT_DATA without CLIENTID (expected one)");
    }
    return cltAge.isPresent()
        ? Optional.empty()
        : Optional.of("CLIENT_DATA of client " + client + " without CLT_TIME (expected one)");
  }
}
