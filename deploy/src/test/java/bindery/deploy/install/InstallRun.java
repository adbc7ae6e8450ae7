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
 * What docs/install.md has an operator do, word for word, and then what a service has to bear, a
 * newer package among it: {@code InstallRun FOLDER PAGE OPERATE PACKAGES}. Ends with 1 if anything
 * is not as it should be.
 */
final class InstallRun {
  private static final String PREFIX = "3fff:0:100::/56";
  private static final String NEXT = "/root/bindery_" + NextPackage.VERSION + "_amd64.deb";
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
    run.boot(Path.of(arguments[0]), Path.of(arguments[3]));
    List<String> said = run.follow(InstallPage.read(Path.of(arguments[1])));
    String last = said.get(said.size() - 1);
    assertThat(last.split(PREFIX, -1)).as(last).hasSize(3); // told at 547 and at 5473
    run.service(InstallPage.read(Path.of(arguments[2])));
    run.reinstalled();
    run.upgraded();
    run.purged();
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
    shown.put(NEXT, NextPackage.build(deb, Files.createDirectory(folder.resolve("next"))));
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
  private void service(InstallPage operate) {
    Machine node = machine("n1");
    operate.steps().stream()
        .filter(step -> step.where().equals("systemd"))
        .forEach(
            step ->
                assertThat(node.ok(step.commands())).contains("active (running)", "event=serving"));
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

  // What dpkg does with the same package once more.
  private void reinstalled() {
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
  }

  // A newer package on one node after the other, while the cluster is fed and asked.
  private void upgraded() {
    Machine first = machine("n1");
    String options = "BINDERY_JAVA_OPTS=-Xmx600m";
    first.ok("echo '" + options + "' >> /etc/default/bindery && systemctl restart bindery");
    assertThat(commandLine(first)).contains("-Xmx600m");
    int fed = 0;
    for (Machine node : nodes()) {
      String configured = node.ok("cat /etc/bindery/bindery.yaml");
      String before = property(node, "MainPID");
      assertThat(node.ok("cat /usr/lib/bindery/bin/bindery")).doesNotContain(NextPackage.MARK);

      // Both have changed the configuration: without the option dpkg asks.
      node.ok("apt-get install -y -o Dpkg::Options::=--force-confold " + NEXT);
      assertThat(node.ok("dpkg-query -W -f '${Version}' bindery")).isEqualTo(NextPackage.VERSION);
      assertThat(node.ok("cat /usr/lib/bindery/bin/bindery")).contains(NextPackage.MARK);
      assertThat(node.ok("cat /etc/bindery/bindery.yaml")).isEqualTo(configured);
      assertThat(node.ok("cat /etc/bindery/bindery.yaml.dpkg-dist")).contains(NextPackage.MARK);
      assertThat(property(node, "ActiveState")).isEqualTo("active");
      assertThat(property(node, "MainPID")).isNotEqualTo(before);
      await().atMost(PATIENCE).until(() -> query(node).contains(PREFIX));

      String added = "3fff:0:%d00::/56".formatted(2 + fed);
      feed(added, 1_764_000_001 + fed++);
      for (Machine asked : nodes()) {
        await().atMost(PATIENCE).until(() -> query(asked).contains(added));
      }
    }
    assertThat(first.ok("cat /etc/default/bindery")).contains(options);
    assertThat(commandLine(first)).contains("-Xmx600m");
    admin("bindery hash --server n1 --server n2 --server n3", "alice");
  }

  private static String commandLine(Machine node) {
    return node.ok("tr '\\0' ' ' < /proc/" + property(node, "MainPID") + "/cmdline");
  }

  private void admin(String command, String who) {
    machine("admin")
        .ok(
            "cd edge-north/bindery-ca && export BINDERY_CA=ca.crt BINDERY_CERT=%s.crt BINDERY_KEY=%s.key\n"
                    .formatted(who, who)
                + command);
  }

  private void feed(String prefix, long cltt) {
    admin(
        """
        bindery feed json - --source kea1 --server n1 --server n2 --server n3 <<END
        {"op":"put","client":"0003000102005e20000b","prefix":"%s","iaid":1,"preferred":4294967295,"valid":4294967295,"cltt":%d,"relays":[{"hop":0,"link":"2001:db8:a::1","peer":"fe80::1","options":"0035000a0003000102005e1000aa"}]}
        END
        """
            .formatted(prefix, cltt),
        "kea-1");
  }

  // What dpkg does when it is to leave nothing.
  private void purged() {
    Machine node = machine("n1");
    node.ok("dpkg --purge bindery");
    assertThat(node.run("pgrep -u bindery").exit()).isEqualTo(1);
    assertThat(node.run("command -v bindery").exit()).isNotZero();
    node.ok("test ! -e /etc/bindery/bindery.yaml && test -e /etc/bindery/tls/n1.key");
    assertThat(node.ok("ls /var/lib/bindery")).isNotBlank();
    // The others go on.
    assertThat(query(machine("n2"))).contains(PREFIX);
  }
}
