package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.deploy.KeaOracle.Binding;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code bindery query} as operators use it, against real nodes that hold what a real Kea wrote: on
 * a terminal, as routes that Linux takes, as a capture that tshark reads, with many keys and
 * several servers.
 */
final class QueryIT {
  private static final String EAST = "0003000102005e100001";
  private static final String WEST = "000200007ed977657374";
  private static final int SECONDS_MAX = 120;

  @TempDir private static Path folder;

  private static PackagedProgram program;
  private static DevRun cluster;
  private static KeaOracle oracle;

  @BeforeAll
  static void feedSample() throws Exception {
    Path sample = Path.of(System.getProperty("bindery.sample"));
    Path config = sample.resolve("kea-dhcp6.conf");
    Path leases = sample.resolve("kea-leases6.csv");
    oracle = KeaOracle.read(config, leases);
    program = PackagedProgram.unpack(folder);
    cluster = DevRun.start(program, folder.resolve("cluster"));
    program.ok(
        "link", "import-kea", config.toString(), "--source", "kea", "--server", cluster.api(1));
    program.ok("feed", "kea-csv", leases.toString(), "--source", "kea", "--server", cluster.api(1));
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.close();
  }

  private record Said(int exit, String out) {}

  /** Runs a shell's command, what it says on both outputs together. */
  private static Said shell(String command) throws Exception {
    Path out = Files.createTempFile(folder, "shell", ".out");
    Process process =
        new ProcessBuilder("bash", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .start();
    if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("hangs: " + command + "\n" + Files.readString(out));
    }
    return new Said(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
  }

  /** Runs it on a terminal of that size. */
  private static Said onTerminal(int columns, String command) throws Exception {
    return shell(
        "set -o pipefail; script -qefc 'stty rows 24 cols "
            + columns
            + "; "
            + command
            + "' /dev/null | tr -d '\\r'");
  }

  private static String query(String arguments) {
    return program.commands().resolve("bindery") + " query " + arguments;
  }

  private static Set<String> prefixes(List<Binding> bindings) {
    return bindings.stream()
        .flatMap(binding -> binding.leases.keySet().stream())
        .filter(lease -> lease.startsWith("prefix/"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 200})
  void table_onATerminal_fitsItAndHasEveryLease(int columns) throws Exception {
    Said said =
        onTerminal(
            columns,
            query("relay " + WEST + " --relay-data --server " + cluster.leasequery(1) + " 2>err"));

    assertThat(said.exit()).isZero();
    assertThat(said.out().lines()).allMatch(line -> line.length() <= columns);
    long leases =
        oracle.where(binding -> binding.relayIds.contains(WEST)).stream()
            .mapToLong(binding -> binding.leases.size())
            .sum();
    assertThat(said.out().lines().filter(line -> line.endsWith(" ago"))).hasSize((int) leases);
    assertThat(said.out()).contains("CLIENT").contains("LAST HEARD").contains("relay-id " + WEST);
    assertThat(Files.readString(folder.resolve("err"))).contains(leases + " leases");
  }

  @Test
  void progress_onATerminal_isDrawnAndTakenAway() throws Exception {
    try (StreamingServer server = StreamingServer.start(400_000)) {
      Said said =
          onTerminal(
              80,
              query("relay " + EAST + " -o json --duid 000300010a0b --server " + server.address())
                  + " >/dev/null");

      assertThat(said.exit()).as(said.out()).isZero();
      assertThat(said.out()).contains("\033[K").containsPattern("[0-9,]+ bindings, [0-9,]+/s, ");
    }
  }

  @Test
  void signal_whileAnAnswerComes_writesWhatCameAndEndsByTheSignal() throws Exception {
    try (StreamingServer server = StreamingServer.start(Integer.MAX_VALUE)) {
      Said said =
          shell(
              "rm -f told; "
                  + query(
                      "relay " + EAST + " -o json --duid 000300010a0b --server " + server.address())
                  + " >told 2>err & until [ -s told ]; do sleep 0.1; done; kill $!; wait $!; echo $?;"
                  + " tail -1 told; cat err");

      assertThat(said.out()).startsWith("143\n{\"client\":").contains("}\n");
      assertThat(said.out()).contains(" bindings/s, ").contains("was closed at this end");
    }
  }

  @Test
  void reader_goesAway_endsQuietlyAsByItsSignal() throws Exception {
    try (StreamingServer server = StreamingServer.start(Integer.MAX_VALUE)) {
      Said said =
          shell(
              query("relay " + EAST + " -o json --duid 000300010a0b --server " + server.address())
                  + " 2>err | head -1 >first; echo ${PIPESTATUS[0]}; cat err");

      assertThat(said.out()).isEqualTo("141\n");
    }
  }

  @Test
  void routes_ofARelay_areTakenByLinux() throws Exception {
    Said said =
        shell(
            query("relay " + EAST + " -o routes --interface eth1 --server ")
                + cluster.leasequery(2)
                + " >routes 2>err; cat err");
    List<String> routes = Files.readAllLines(folder.resolve("routes"));
    Set<String> expected = prefixes(oracle.where(binding -> binding.relayIds.contains(EAST)));
    assertThat(routes).as(said.out()).hasSameSizeAs(expected);

    Said installed =
        shell(
            "head -300 routes | sed 's/^ip -6 //' >batch; unshare -n bash -ec 'ip link add eth1 type veth"
                + " peer name p1; ip link set p1 up; ip link set eth1 up; ip -6 -batch batch; ip -6 -batch batch; ip -6 route"
                + " show dev eth1 | grep -c via'");
    assertThat(installed.out().strip()).isEqualTo("300");
    assertThat(routes.get(0)).matches("ip -6 route replace \\S+/\\d+ via fe80::\\S+ dev eth1.*");
    assertThat(shell("bash -n routes").exit()).isZero();
  }

  @Test
  void pcap_ofAnAnswer_isReadByTsharkWithoutAnError() throws Exception {
    Said said =
        shell(
            query("link 2001:db8:a1::1 -o pcap --relay-data --server ")
                + cluster.leasequery(3)
                + " >query.pcap 2>err; echo $?; tshark -r query.pcap -o tcp.check_checksum:TRUE -d"
                + " tcp.port=="
                + cluster.leasequeryPort(3)
                + ",dhcpv6.bulk_leasequery -T fields -E 'separator=;' -e"
                + " dhcpv6.bulk_leasequery.msgtype -e _ws.malformed -e tcp.checksum.status -e"
                + " tcp.analysis.flags 2>tshark.err; echo $?; cat tshark.err | grep -v"
                + " 'Running as user'");

    List<String> lines = new ArrayList<>(said.out().lines().toList());
    assertThat(lines.remove(0)).as(said.out()).isEqualTo("0");
    assertThat(lines.remove(lines.size() - 1)).as(said.out()).isEqualTo("0");
    int bindings =
        oracle
            .where(
                binding ->
                    oracle.links().stream()
                        .anyMatch(
                            link ->
                                link.name().equals(binding.link)
                                    && link.prefixes().contains("2001:db8:a1::/48")))
            .size();
    // SYN, SYN+ACK, ACK, query; REPLY, DATA.., DONE; two ends and the last ACK
    assertThat(lines).hasSize(4 + bindings + 1 + 3);
    assertThat(lines.get(3)).isEqualTo("14;;1;");
    assertThat(lines.get(4)).isEqualTo("15;;1;");
    assertThat(lines.subList(5, 4 + bindings)).allMatch(line -> line.equals("17;;1;"));
    assertThat(lines).filteredOn(line -> !line.startsWith("16")).allMatch(l -> l.endsWith(";;1;"));
  }

  @Test
  void diff_twoNodes_tellTheSame() {
    PackagedProgram.Outcome same =
        program.run(
            "query",
            "relay",
            EAST,
            "--diff",
            "--server",
            cluster.leasequery(1) + "," + cluster.leasequery(2));

    assertThat(same.exit()).as(same.err()).isZero();
    assertThat(same.out()).isEmpty();
    assertThat(same.err()).contains(" leases compared, 0 differ");
  }

  @Test
  void all_threeNodes_isTheAnswerOfOne() {
    String servers =
        cluster.leasequery(1) + "," + cluster.leasequery(2) + "," + cluster.leasequery(3);
    PackagedProgram.Outcome merged =
        program.ok("query", "relay", WEST, "--all", "--count", "--server", servers);
    PackagedProgram.Outcome one =
        program.ok("query", "relay", WEST, "--count", "--server", cluster.leasequery(1));

    assertThat(merged.out()).isEqualTo(one.out()).contains("bindings ");
  }

  @Test
  void keys_everyRelay_overOneConnection() {
    PackagedProgram.Outcome told =
        program.runWith(
            String.join("\n", oracle.relayIds()),
            "query",
            "relay",
            "-",
            "-o",
            "csv",
            "--relay-data",
            "--server",
            cluster.leasequery(1));

    assertThat(told.exit()).as(told.err()).isZero();
    long leases =
        oracle.relayIds().stream()
            .flatMap(relay -> oracle.where(binding -> binding.relayIds.contains(relay)).stream())
            .mapToLong(binding -> binding.leases.size())
            .sum();
    assertThat(told.lines()).hasSize((int) leases + 1);
    assertThat(told.err()).contains(oracle.relayIds().size() + " queries (0 found nothing), ");
  }

  @Test
  void completion_ofThePackage_completesCommandsAndOptions() throws Exception {
    Path script = program.home().resolve("share/bash-completion/completions/bindery");
    Said said =
        shell(
            "exec 2>/dev/null; source "
                + script
                + "; COMP_WORDS=(bindery query re); COMP_CWORD=2; _complete_bindery; echo"
                + " \"${COMPREPLY[@]}\"; COMP_WORDS=(bindery query relay 00 --at); COMP_CWORD=4;"
                + " _complete_bindery; echo \"${COMPREPLY[@]}\"");

    assertThat(said.out().lines()).containsExactly("relay remote", "--attempts");
  }

  @Test
  void manual_ofThePackage_saysWhatTheHelpSays() throws Exception {
    Path pages = program.home().resolve("share/man/man1");
    Said said =
        shell("MANWIDTH=100 man -l " + pages.resolve("bindery-query-relay.1") + " | col -b");

    assertThat(said.exit()).isZero();
    String page = said.out().replaceAll("\\s+", " ");
    PackagedProgram.Outcome help = program.ok("query", "relay", "--help");
    assertThat(page)
        .contains("bindery-query-relay")
        .contains("--attempts")
        .contains("With --diff: how far apart the ends of a lease may be and count as one.")
        .contains("Refused by the server; its status says why.")
        .contains("BINDERY_QUERY_SERVER");
    assertThat(help.out()).contains("--attempts").containsPattern("5 +Refused by the server");
    for (String command : List.of("bindery", "bindery-node", "bindery-feed-kea-ha")) {
      assertThat(pages.resolve(command + ".1")).exists();
    }
  }
}
