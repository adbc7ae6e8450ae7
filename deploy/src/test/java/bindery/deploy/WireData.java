package bindery.deploy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a CLIENT_DATA told.
 *
 * @param client the DUID in hexadecimal
 * @param cltAge seconds
 * @param leases by {@code KIND/ADDRESS-HEX/LENGTH}
 * @param relayData in hexadecimal; empty if not told
 */
public record WireData(
    String client, long cltAge, SortedMap<String, Lifetimes> leases, String relayData) {
  /** Seconds remaining. */
  public record Lifetimes(long preferred, long valid) {}

  public static WireData parse(byte[] clientData) {
    HexFormat hex = HexFormat.of();
    String client = "";
    String relayData = "";
    long age = -1;
    SortedMap<String, Lifetimes> leases = new TreeMap<>();
    for (WireOption option : WireOption.parse(clientData, 0, clientData.length)) {
      ByteBuffer data = ByteBuffer.wrap(option.data());
      switch (option.code()) {
        case 1 -> client = hex.formatHex(option.data());
        case 46 -> age = data.getInt() & 0xffffffffL;
        case 47 -> relayData = hex.formatHex(option.data());
        case 5 ->
            leases.put(
                "address/" + hex.formatHex(option.data(), 0, 16) + "/128",
                new Lifetimes(data.getInt(16) & 0xffffffffL, data.getInt(20) & 0xffffffffL));
        case 26 ->
            leases.put(
                "prefix/" + hex.formatHex(option.data(), 9, 25) + "/" + (data.get(8) & 0xff),
                new Lifetimes(data.getInt(0) & 0xffffffffL, data.getInt(4) & 0xffffffffL));
        default -> throw new AssertionError("unexpected option " + option.code());
      }
    }
    return new WireData(client, age, leases, relayData);
  }
}
