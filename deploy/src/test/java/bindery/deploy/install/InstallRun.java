package bindery.deploy.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What docs/install.md has an operator do, word for word, and then what a service has to bear:
 * {@code InstallRun FOLDER PAGE PACKAGES}. Ends with 1 if anything is not as it should be.
 */
final class InstallRun {
  private static final String PREFIX = "3fff:0:100::/56";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  // How files are copied between machines here, where no sshd runs: scp FILE... root@HOST:FOLDER.
  private static final String SCP =
      """
      #!/bin/sh
      set -eu
      for to in "$@"; do :; done
      host=${to#root@}
      while [ $# -gt 1 ]; do cp "$1" "/machines/${host%%:*}${host#*:}"; shift; done
      """;

  private static final Map<String, String> ADDRESSES = new LinkedHashMap<>();

  static {
    ADDRESSES.put("n1", "10.0.0.1");
    ADDRESSES.put("n2", "10.0.0.2");
    ADDRESSES.put("n3", "10.0.0.3");
    ADDRESSES.put("admin", "10.0.0.9");
  }

  private final Map<String, Machine> machines = new LinkedHashMap<>();

  private InstallRun() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    InstallRun run = new InstallRun();
    run.boot(Path.of(arguments[0]), Path.of(arguments[2]));
    List<String> said = run.follow(InstallPage.read(Path.of(arguments[1])));
    String last = said.get(said.size() - 1);
    assertThat(last.split(PREFIX, -1)).as(last).hasSize(3); // told at 547 and at 5473
    run.service();
    run.packaging();
  }

  private void boot(Path folder, Path packages) throws IOException {
    Path deb;
    try (Stream<Path> files = Files.list(packages)) {
      deb = files.filter(file -> file.toString().endsWith(".deb")).findFirst().orElseThrow();
    }
    StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n::1 localhost\n");
    ADDRESSES.forEach((name, address) -> hosts.append(address + " " + name + "\n"));
    Machine.prepareNetwork();
    // Under the page's name, whatever this machine's architecture.
    Map<String, Path> shown = new HashMap<>(Map.of("/root/bindery_0.1.0_amd64.deb", deb));
    for (Map.Entry<String, String> entry : ADDRESSES.entrySet()) {
      String name = entry.getKey();
      Machine machine =
          Machine.boot(folder.resolve(name), name, entry.getValue(), hosts.toString(), shown);
      machines.put(name, machine);
      shown.put(
          "/machines/" + name, machine.root()); // by the last one, admin, whose scp needs them
    }
    Machine admin = machine("admin");
    Path scp = admin.root().resolve("usr/local/bin/scp");
    Files.writeString(scp, SCP);
    assertThat(scp.toFile().setExecutable(true)).isTrue();
  }

  private Machine machine(String name) {
    Machine machine = machines.get(name);
    if (machine == null) {
      throw new AssertionError("no machine " + name + " (expected one of " + machines.keySet());
    }
    return machine;
  }

  private List<Machine> nodes() {
    return List.of(machine("n1"), machine("n2"), machine("n3"));
  }

  // Does the page's steps, and returns what each said.
  private List<String> follow(InstallPage page) {
    List<String> said = new ArrayList<>();
    for (InstallPage.Step step : page.steps()) {
      List<Machine> on =
          switch (step.where()) {
            case "all" -> List.copyOf(machines.values());
            case "nodes" -> nodes();
            default -> List.of(machine(step.where()));
          };
      said.addAll(on.parallelStream().map(machine -> machine.ok(step.commands())).toList());
    }
    return said;
  }

  private static String property(Machine node, String name) {
    return node.ok("systemctl show --value -p " + name + " bindery").strip();
  }

  private static String query(Machine node) {
    return node.run("bindery query link 2001:db8:a::1").said();
  }

  // What systemd does with a node that runs, is killed, is restarted, is told to stop.
  private void service() {
    Machine node = machine("n1");
    String killed = property(node, "MainPID");
    assertThat(node.ok("ps -o user= -p " + killed).strip()).isEqualTo("bindery");
    // CAP_NET_BIND_SERVICE, and nothing else.
    assertThat(node.ok("grep CapEff /proc/" + killed + "/status")).contains("0000000000000400");
    assertThat(node.ok("stat -c %a /var/lib/bindery").strip()).isEqualTo("700");

    node.ok("kill -9 " + killed);
    await().atMost(PATIENCE).until(() -> property(node, "NRestarts").equals("1"));
    await().atMost(PATIENCE).until(() -> property(node, "ActiveState").equals("active"));
    await().atMost(PATIENCE).until(() -> query(node).contains(PREFIX));

    node.ok("systemctl stop bindery");
    assertThat(property(node, "Result")).isEqualTo("success");
    assertThat(node.ok("journalctl -u bindery -o cat")).contains("event=stopped node=n1");
    node.ok("systemctl start bindery");

    // What is wrong for good is not tried again.
    node.ok("cp /etc/bindery/bindery.yaml good && echo 'nod: n1' >> /etc/bindery/bindery.yaml");
    assertThat(node.run("systemctl restart bindery").exit()).isNotZero();
    assertThat(property(node, "ActiveState")).isEqualTo("failed");
    assertThat(property(node, "ExecMainStatus")).isEqualTo("2");
    assertThat(node.ok("journalctl -u bindery -o cat")).contains("nod");
    node.ok(
        "cp good /etc/bindery/bindery.yaml && systemctl reset-failed && systemctl start bindery");
  }

  // What dpkg does: the same package once more, removed, and purged.
  private void packaging() {
    Machine node = machine("n1");
    String configured = node.ok("cat /etc/bindery/bindery.yaml");
    String before = property(node, "MainPID");
    node.ok("dpkg -i bindery_0.1.0_amd64.deb");
    assertThat(node.ok("cat /etc/bindery/bindery.yaml")).isEqualTo(configured);
    assertThat(property(node, "ActiveState")).isEqualTo("active");
    assertThat(property(node, "MainPID")).isNotEqualTo(before);
    await().atMost(PATIENCE).until(() -> query(node).contains(PREFIX));
    assertThat(node.ok("man --where bindery-node && zcat $(man --where bindery-node)"))
        .contains("leasequery");

    node.ok("dpkg --purge bindery");
    assertThat(node.run("pgrep -u bindery").exit()).isEqualTo(1);
    assertThat(node.run("command -v bindery").exit()).isNotZero();
    node.ok("test ! -e /etc/bindery/bindery.yaml && test -e /etc/bindery/tls/n1.key");
    assertThat(node.ok("ls /var/lib/bindery")).isNotBlank();
    // The others go on.
    assertThat(query(machine("n2"))).contains(PREFIX);
  }
}
