package bindery.cli;

import bindery.model.Bytes;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.OptionCode;
import bindery.wire.LeaseQuery;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a query asks for beyond its key, and who asks. */
final class QueryArguments {
  @Option(
      names = "--relay-data",
      description = "Ask also through which relays each client was last heard.")
  private boolean relayData;

  @Option(
      names = "--options",
      paramLabel = "NAME|CODE",
      split = ",",
      description =
          "Ask also for these options of each client, such as client-fqdn,dns-servers or 39,23.")
  private List<Arguments.OptionNumber> options = new ArrayList<>();

  @Option(
      names = "--base-time",
      description = "Ask also from which moment on ages and lifetimes count (RFC 7653).")
  private boolean baseTime;

  @Option(
      names = "--start-time",
      paramLabel = "TIME",
      description =
          "Only bindings changed at that time or later (RFC 7653): 2026-11-28T10:00:00Z, seconds"
              + " since 1970, or a while ago such as 10m.")
  private @Nullable Instant startTime;

  @Option(
      names = "--end-time",
      paramLabel = "TIME",
      description = "Only bindings changed at that time or earlier (RFC 7653).")
  private @Nullable Instant endTime;

  @Option(
      names = "--vss",
      paramLabel = "VPN",
      description =
          "Only of this VPN (RFC 6607): name:TEXT, id:HEX of seven octets (RFC 2685), or global.")
  private Arguments.@Nullable Vpn vpn;

  @Option(
      names = "--duid",
      paramLabel = "DUID",
      description = "Who asks. Default: one that is made once and kept for this user.")
  private @Nullable Duid duid;

  /**
   * The same query with all that these options ask for.
   *
   * @param further option codes that the output needs
   * @throws IllegalArgumentException if times are out of range or out of order
   */
  LeaseQuery applyTo(LeaseQuery query, Set<Integer> further) {
    Set<Integer> codes = new TreeSet<>(further);
    options.forEach(option -> codes.add(option.code()));
    if (relayData) {
      codes.add(OptionCode.LQ_RELAY_DATA);
    }
    if (baseTime) {
      codes.add(OptionCode.LQ_BASE_TIME);
    }
    if (startTime != null
        && endTime != null
        && startTime.getEpochSecond() > endTime.getEpochSecond()) {
      throw new IllegalArgumentException(
          "--start-time "
              + startTime
              + " is after --end-time "
              + endTime
              + " (expected the earlier one first)");
    }
    LeaseQuery asked =
        query
            .requesting(codes)
            .changedWithin(time("--start-time", startTime), time("--end-time", endTime));
    Bytes named = vpn == null ? Bytes.EMPTY : vpn.octets();
    return named.isEmpty() ? asked : asked.within(named);
  }

  private static OptionalLong time(String option, @Nullable Instant instant) {
    if (instant == null) {
      return OptionalLong.empty();
    }
    long seconds = DhcpTime.ofUnixSeconds(instant.getEpochSecond());
    if (seconds < 0 || seconds > DhcpTime.INFINITY) {
      throw new IllegalArgumentException(
          option + ": " + instant + " (expected a time of 2000-01-01 to 2136-02-07)");
    }
    return OptionalLong.of(seconds);
  }

  /**
   * Who asks.
   *
   * @throws CommandException if a kept DUID is damaged
   */
  Duid requestor(Invocation invocation, PrintWriter err) throws CommandException {
    return duid != null ? duid : RequestorDuid.keptIn(invocation.stateFolder(), err);
  }
}
