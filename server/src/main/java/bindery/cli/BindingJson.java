package bindery.cli;

import bindery.model.DhcpTime;
import bindery.model.LeaseKey;
import bindery.wire.ClientData;
import bindery.wire.DhcpOption;
import bindery.wire.LeaseOption;
import bindery.wire.MalformedMessageException;
import bindery.wire.RelayData;
import bindery.wire.RelayHop;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.List;

/**
 * One object a line for each binding; its keys stay.
 *
 * <pre>{@code
 * {"client":"00030001...","clt_age":120,
 *  "leases":[{"address":"2001:db8:a::1","preferred":1680,"valid":3480},
 *            {"prefix":"3fff:0:1::/56","preferred":4294967295,"valid":4294967295}],
 *  "relay_data":{"source":"2001:db8:ff::1",
 *                "hops":[{"hop":0,"link":"2001:db8:a::1","peer":"fe80::1","options":"0012...",
 *                         "decoded":[{"code":18,"name":"interface-id","text":"e0"}]}]},
 *  "options":[{"code":39,"name":"client-fqdn","data":"01...","text":"host"}],
 *  "base_time":1764000000,"query":"relay 0003...","server":"n1:547"}
 * }</pre>
 *
 * Lifetimes and age in seconds, 4294967295 being infinite; {@code base_time} in seconds since 1970.
 * What follows the leases stands there only if there is something to tell: {@code query} if several
 * were asked, {@code server} if the answers of several were merged, {@code name} and {@code text}
 * of options that are known; {@code options} of a hop are its octets as sent. A relay message that
 * cannot be taken apart is told as {@code "message":HEX,"fault":TEXT} in place of {@code hops}.
 * Outermost relay first. A server may tell of one binding in several messages, which are lines of
 * their own.
 */
final class BindingJson extends BindingWriter {
  private static final HexFormat HEX = HexFormat.of();

  private final boolean tellsQuery;

  /**
   * To that writer.
   *
   * @param tellsQuery whether each line says which query it answers
   */
  BindingJson(PrintWriter out, boolean tellsQuery) {
    super(out);
    this.tellsQuery = tellsQuery;
  }

  @Override
  void write(Origin origin, ClientData data) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("client", data.client().toString());
    object.put("clt_age", data.cltAge());
    ArrayNode leases = object.putArray("leases");
    for (LeaseOption lease : data.leases()) {
      put(leases.addObject(), lease);
    }
    data.relayData().ifPresent(relay -> put(object.putObject("relay_data"), relay));
    if (!data.options().isEmpty()) {
      ArrayNode options = object.putArray("options");
      for (DhcpOption option : data.options()) {
        put(options.addObject(), option).put("data", option.data().hex());
      }
    }
    origin.baseTime().ifPresent(time -> object.put("base_time", DhcpTime.toUnixSeconds(time)));
    if (tellsQuery) {
      object.put("query", QueryName.of(origin.query()));
    }
    if (!origin.server().isEmpty()) {
      object.put("server", origin.server());
    }
    out().println(object);
  }

  private static void put(ObjectNode object, LeaseOption lease) {
    object.put(
        lease.key().kind() == LeaseKey.Kind.ADDRESS ? "address" : "prefix", lease.key().toString());
    object.put("preferred", lease.preferredLifetime());
    object.put("valid", lease.validLifetime());
    if (!lease.options().isEmpty()) {
      object.put("options", lease.options().hex());
    }
  }

  private static void put(ObjectNode object, RelayData relay) {
    object.put("source", relay.source().toString());
    try {
      List<RelayHop> hops = relay.hops();
      ArrayNode array = object.putArray("hops");
      for (RelayHop hop : hops) {
        ObjectNode told = array.addObject();
        told.put("hop", hop.hopCount())
            .put("link", hop.linkAddress().toString())
            .put("peer", hop.peerAddress().toString())
            .put("options", hex(hop.options()));
        if (!hop.options().isEmpty()) {
          ArrayNode decoded = told.putArray("decoded");
          hop.options().forEach(option -> put(decoded.addObject(), option));
        }
      }
    } catch (MalformedMessageException e) {
      object.put("message", relay.message().hex());
      object.put("fault", e.getMessage());
    }
  }

  private static ObjectNode put(ObjectNode object, DhcpOption option) {
    object.put("code", option.code());
    OptionNames.find(option.code()).ifPresent(name -> object.put("name", name));
    OptionText.of(option).ifPresent(text -> object.put("text", text));
    return object;
  }

  private static String hex(List<DhcpOption> options) {
    StringBuilder text = new StringBuilder();
    for (DhcpOption option : options) {
      text.append(HEX.toHexDigits((short) option.code()))
          .append(HEX.toHexDigits((short) option.data().size()))
          .append(option.data().hex());
    }
    return text.toString();
  }
}
