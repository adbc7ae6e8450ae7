package bindery.cli;

import bindery.model.DhcpTime;
import bindery.model.OptionCode;
import bindery.wire.ClientData;
import bindery.wire.DhcpOption;
import bindery.wire.LeaseOption;
import bindery.wire.RelayData;
import bindery.wire.RelayHop;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One line for each lease behind a line of headings, quoted as RFC 4180 says; its columns stay.
 *
 * <pre>{@code
 * client,kind,lease,preferred,valid,clt_age,base_time,relayed_by,link,peer,interface_id,remote_id,relay_id,options,query,server
 * 0003...0b,prefix,3fff:0:100::/56,3600,7265,120,,2001:db8:ff::9,2001:db8:a::1,fe80::1,e0,32473:706f,0003...,,relay 0003...,
 * }</pre>
 *
 * Lifetimes and age in seconds, 4294967295 being infinite; {@code base_time} in seconds since 1970.
 * What was not told is empty. Link, peer and the ids are those of the hop that says where the
 * client is; of several options {@code NAME=TEXT} stand in one field, apart by semicolons.
 */
final class BindingCsv extends BindingWriter {
  private static final List<String> HEADINGS =
      List.of(
          "client",
          "kind",
          "lease",
          "preferred",
          "valid",
          "clt_age",
          "base_time",
          "relayed_by",
          "link",
          "peer",
          "interface_id",
          "remote_id",
          "relay_id",
          "options",
          "query",
          "server");

  private boolean started;

  BindingCsv(PrintWriter out) {
    super(out);
  }

  @Override
  void write(Origin origin, ClientData data) {
    writeHeadings();
    Optional<RelayHop> hop = data.relayData().flatMap(RelayText::nearest);
    for (LeaseOption lease : data.leases()) {
      out()
          .println(
              line(
                  List.of(
                      data.client().toString(),
                      lease.key().kind().toString().toLowerCase(Locale.ROOT),
                      lease.key().toString(),
                      Long.toString(lease.preferredLifetime()),
                      Long.toString(lease.validLifetime()),
                      Long.toString(data.cltAge()),
                      origin.baseTime().isPresent()
                          ? Long.toString(DhcpTime.toUnixSeconds(origin.baseTime().getAsLong()))
                          : "",
                      data.relayData().map(RelayData::source).map(Object::toString).orElse(""),
                      hop.map(RelayHop::linkAddress).map(Object::toString).orElse(""),
                      hop.map(RelayHop::peerAddress).map(Object::toString).orElse(""),
                      text(hop, OptionCode.INTERFACE_ID),
                      text(hop, OptionCode.REMOTE_ID),
                      text(hop, OptionCode.RELAY_ID),
                      data.options().stream()
                          .map(option -> OptionNames.of(option.code()) + "=" + text(option))
                          .collect(Collectors.joining(";")),
                      QueryName.of(origin.query()),
                      origin.server())));
    }
  }

  private void writeHeadings() {
    if (!started) {
      started = true;
      out().println(line(HEADINGS));
    }
  }

  /** An answer without a lease has headings, too. */
  @Override
  void writeEnd() {
    writeHeadings();
  }

  private static String text(Optional<RelayHop> hop, int code) {
    return hop.flatMap(found -> RelayText.option(found, code)).map(BindingCsv::text).orElse("");
  }

  private static String text(DhcpOption option) {
    return OptionText.of(option).orElse("0x" + option.data().hex());
  }

  /** Fields with commas between them, those in quotes that need it (RFC 4180 2). */
  static String line(List<String> fields) {
    return fields.stream()
        .map(
            field ->
                field.chars().anyMatch(c -> c == ',' || c == '"' || c < ' ')
                    ? "\"" + field.replace("\"", "\"\"") + "\""
                    : field)
        .collect(Collectors.joining(","));
  }
}
