package bindery.cli;

import bindery.feeder.ApiSecurity;
import bindery.feeder.ServerList;
import bindery.model.HostPort;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that speaks to the nodes' API. */
final class ApiArguments {
  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      split = ",",
      converter = Arguments.ApiServer.class,
      defaultValue = "127.0.0.1:5470",
      description =
          "The API of a node; port 5470 if left out. May be repeated: status, health and hash ask"
              + " each, others try the next when one cannot be reached. Default: ${DEFAULT-VALUE}.")
  private List<HostPort> servers = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "60s",
      description = "How long to try without any progress. Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofSeconds(60);

  @Mixin private TlsArguments tls = new TlsArguments();

  /** The nodes that were named. */
  List<HostPort> addresses() {
    return servers;
  }

  /** The nodes that were named, to be tried in turn. The caller closes it. */
  ServerList servers() {
    return new ServerList(servers, security());
  }

  /** Each of them alone, in the order in which they were named. The caller closes them. */
  List<ServerList> eachAlone() {
    ApiSecurity security = security();
    return servers.stream().map(one -> new ServerList(List.of(one), security)).toList();
  }

  private @Nullable ApiSecurity security() {
    return tls.read().map(ApiSecurity::ofHosts).orElse(null);
  }

  Duration timeout() {
    return timeout;
  }
}
