package bindery.cli;

import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.v1.Link;
import bindery.v1.Prefix;
import bindery.v1.SourceSubnet;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.util.List;

/** Links between the API's form and the forms that people and scripts read. */
final class LinkText {
  /** What the columns of {@link #row} hold. */
  static final List<String> HEADINGS =
      List.of("NAME", "PREFIXES", "POOLS", "ALIASES", "SUBNETS", "VERSION");

  private LinkText() {}

  static List<String> row(Link link) {
    return List.of(
        link.getName(),
        join(prefixes(link.getPrefixesList())),
        join(prefixes(link.getPoolsList())),
        join(aliases(link)),
        join(
            link.getSubnetsList().stream()
                .map(subnet -> subnet.getSource() + ":" + subnet.getSubnetId())
                .toList()),
        Long.toUnsignedString(link.getVersion()));
  }

  /** What a change of a link did to bindings. */
  static String moved(long moved, long job) {
    return moved
        + " bindings moved"
        + (job == 0 ? "" : " so far; the rest follows in steps (bindery status)");
  }

  private static String join(List<String> words) {
    return words.isEmpty() ? "-" : String.join(",", words);
  }

  /** One object; its keys stay. */
  static String json(Link link) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("name", link.getName());
    object.put("id", Integer.toUnsignedLong(link.getId()));
    prefixes(link.getPrefixesList()).forEach(object.putArray("prefixes")::add);
    prefixes(link.getPoolsList()).forEach(object.putArray("pools")::add);
    aliases(link).forEach(object.putArray("aliases")::add);
    var subnets = object.putArray("subnets");
    for (SourceSubnet subnet : link.getSubnetsList()) {
      subnets.addObject().put("source", subnet.getSource()).put("subnet_id", subnet.getSubnetId());
    }
    object.put("version", link.getVersion());
    return object.toString();
  }

  private static List<String> prefixes(List<Prefix> prefixes) {
    return prefixes.stream()
        .map(prefix -> Ipv6Address.of(prefix.getAddress().toByteArray()) + "/" + prefix.getLength())
        .toList();
  }

  private static List<String> aliases(Link link) {
    return link.getAliasesList().stream()
        .map(alias -> Ipv6Address.of(alias.toByteArray()).toString())
        .toList();
  }

  static Prefix proto(Ipv6Prefix prefix) {
    return Prefix.newBuilder()
        .setAddress(proto(prefix.address()))
        .setLength(prefix.length())
        .build();
  }

  static ByteString proto(Ipv6Address address) {
    return ByteString.copyFrom(address.toArray());
  }
}
