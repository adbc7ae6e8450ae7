package bindery.deploy.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Hosts with a network of their own: a namespace each, joined by the one that this process runs in,
 * which routes between them, so that it can cut any way from one to another and leave the way back
 * open. What is cut is dropped in silence, as by a switch that fails.
 *
 * <p>Everything is gone when the process ends. Any thread.
 */
final class Network {
  // A rule of the router for each direction that is cut.
  private static final int PRIORITY = 100;

  private final int hosts;
  private final Set<List<Integer>> cuts = new HashSet<>();
  private final Set<Integer> slow = new HashSet<>();

  private Network(int hosts) {
    this.hosts = hosts;
  }

  /** Makes hosts 1..{@code hosts}, in the network and mount namespaces of this process. */
  static Network of(int hosts) throws IOException {
    Files.createDirectories(Path.of("/run/netns"));
    Shell.run("mount -t tmpfs tmpfs /run/netns");
    Shell.run("ip link set lo up");
    Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1\n");
    for (int host = 1; host <= hosts; host++) {
      Shell.run("ip netns add h" + host);
      Shell.run("ip link add r" + host + " type veth peer name eth0 netns h" + host);
      Shell.run("ip addr add " + gateway(host) + "/30 dev r" + host);
      Shell.run("ip link set r" + host + " up");
      Shell.run("ip -n h" + host + " link set lo up");
      Shell.run("ip -n h" + host + " addr add " + address(host) + "/30 dev eth0");
      Shell.run("ip -n h" + host + " link set eth0 up");
      Shell.run("ip -n h" + host + " route add default via " + gateway(host));
    }
    return new Network(hosts);
  }

  private static String gateway(int host) {
    return "10.77." + host + ".1";
  }

  /** The address of a host. */
  static String address(int host) {
    return "10.77." + host + ".2";
  }

  /** The addresses that this process has on the ways to the hosts. */
  static String requestors() {
    return "10.77.0.0/16";
  }

  /** The same command, run on a host. */
  static List<String> on(int host, List<String> command) {
    List<String> all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/h" + host));
    all.addAll(command);
    return all;
  }

  /** Drops what goes from one host to another. */
  synchronized void cut(int from, int to) {
    if (cuts.add(List.of(from, to))) {
      rule("add", from, to);
    }
  }

  /** Drops what goes from one host to another no more. */
  synchronized void mend(int from, int to) {
    if (cuts.remove(List.of(from, to))) {
      rule("del", from, to);
    }
  }

  private static void rule(String verb, int from, int to) {
    Shell.run(
        "ip rule %s from %s to %s priority %d blackhole"
            .formatted(verb, address(from), address(to), PRIORITY + 10 * from + to));
  }

  /** Carries no more than 3 Mbit/s to a host, and drops what has to wait over half a second. */
  synchronized void slow(int host) {
    if (slow.add(host)) {
      Shell.run("tc qdisc add dev r" + host + " root tbf rate 3mbit burst 32kb latency 500ms");
    }
  }

  /** Carries to a host as fast as it can again. */
  synchronized void hasten(int host) {
    if (slow.remove(host)) {
      Shell.run("tc qdisc del dev r" + host + " root");
    }
  }

  /** Cuts all ways out of a host, or into it, or both. */
  void isolate(int host, boolean out, boolean in) {
    for (int other = 1; other <= hosts; other++) {
      if (other != host && out) {
        cut(host, other);
      }
      if (other != host && in) {
        cut(other, host);
      }
    }
  }

  /** Mends all ways out of a host and into it. */
  void join(int host) {
    for (int other = 1; other <= hosts; other++) {
      if (other != host) {
        mend(host, other);
        mend(other, host);
      }
    }
  }
}
