package bindery.deploy.install;

import static org.awaitility.Awaitility.await;

import bindery.deploy.fault.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A machine with a name, an address, a systemd and files of its own: those of the host it runs on,
 * on which its own changes lie. It is gone with the namespaces of this process. Needs root.
 */
final class Machine {
  private static final Duration BOOT_MAX = Duration.ofMinutes(1);
  private static final long SECONDS_MAX = 120;
  private static final String BRIDGE = "lan";

  private final String name;
  private final Path root;
  private final Process init;

  private Machine(String name, Path root, Process init) {
    this.name = name;
    this.root = root;
    this.init = init;
  }

  /** The exit code of a command, and all that it said. */
  record Outcome(int exit, String said) {}

  /** What all machines are joined by, in the network and mount namespaces of this process. */
  static void prepareNetwork() throws IOException {
    Files.createDirectories(Path.of("/run/netns"));
    Shell.run("mount -t tmpfs tmpfs /run/netns");
    Shell.run("ip link add " + BRIDGE + " type bridge");
    Shell.run("ip link set " + BRIDGE + " up");
  }

  /**
   * Boots one.
   *
   * @param folder a new folder
   * @param hosts what stands in its /etc/hosts
   * @param shown files and folders of the host, by the paths at which it sees them
   */
  static Machine boot(
      Path folder, String name, String address, String hosts, Map<String, Path> shown)
      throws IOException {
    Shell.run("ip netns add " + name);
    Shell.run("ip link add " + name + " type veth peer name eth0 netns " + name);
    Shell.run("ip link set " + name + " master " + BRIDGE + " up");
    Shell.run("ip -n " + name + " link set lo up");
    Shell.run("ip -n " + name + " addr add " + address + "/24 dev eth0");
    Shell.run("ip -n " + name + " link set eth0 up");

    Files.createDirectories(folder);
    Shell.run("mount -t tmpfs -o mode=755 tmpfs " + folder);
    Path root = Files.createDirectory(folder.resolve("root"));
    Path changes = Files.createDirectory(folder.resolve("changes"));
    Path work = Files.createDirectory(folder.resolve("work"));
    Shell.run(
        "mount -t overlay overlay -o lowerdir=/,upperdir=%s,workdir=%s %s"
            .formatted(changes, work, root));
    for (Map.Entry<String, Path> entry : shown.entrySet()) {
      show(entry.getValue(), root.resolve(entry.getKey().substring(1)));
    }
    Path script = folder.resolve("boot");
    Files.writeString(script, BOOT);
    Files.writeString(folder.resolve("hosts"), hosts);
    Process init =
        new ProcessBuilder(
                "nsenter",
                "--net=/run/netns/" + name,
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "--pid",
                "--fork",
                "--kill-child",
                "--cgroup",
                "--uts",
                "--ipc",
                "sh",
                "-eu",
                script.toString(),
                name,
                root.toString(),
                folder.resolve("hosts").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("console").toFile())
            .start();
    Machine machine = new Machine(name, root, init);
    await()
        .atMost(BOOT_MAX)
        .untilAsserted(
            () -> {
              if (!machine.isUp()) {
                throw new AssertionError(
                    name + " does not boot: " + Files.readString(folder.resolve("console")));
              }
            });
    return machine;
  }

  private static void show(Path what, Path at) throws IOException {
    if (Files.isDirectory(what)) {
      Files.createDirectories(at);
    } else {
      Files.createDirectories(at.getParent());
      Files.createFile(at);
    }
    Shell.run(List.of("mount", "--bind", what.toString(), at.toString()));
  }

  // What a machine has of its own before its systemd begins: no service of the host but the
  // journal.
  private static final String BOOT =
      """
      name=$1 root=$2 hosts=$3
      mount -t proc proc $root/proc
      mount -t sysfs sysfs $root/sys
      mount -t cgroup2 cgroup2 $root/sys/fs/cgroup
      mount -t tmpfs -o mode=755 tmpfs $root/run
      mount -t tmpfs -o mode=1777 tmpfs $root/tmp
      mount -t tmpfs -o mode=755 tmpfs $root/dev
      mkdir $root/dev/shm $root/dev/pts
      mount -t devpts -o newinstance,ptmxmode=666 devpts $root/dev/pts
      ln -s pts/ptmx $root/dev/ptmx
      mknod -m 666 $root/dev/tty c 5 0
      for device in null:3 zero:5 full:7 random:8 urandom:9; do
        mknod -m 666 $root/dev/${device%:*} c 1 ${device#*:}
      done
      ln -s /proc/self/fd $root/dev/fd
      hostname $name
      rm -f $root/usr/sbin/policy-rc.d
      rm -f $root/etc/hostname $root/etc/hosts $root/etc/fstab $root/etc/machine-id
      echo $name > $root/etc/hostname
      cp $hosts $root/etc/hosts
      : > $root/etc/fstab
      : > $root/etc/machine-id
      rm -rf $root/etc/systemd/system $root/var/log/journal
      mkdir -p $root/etc/systemd/system
      for wants in $root/lib/systemd/system/sysinit.target.wants/*; do
        case $wants in
          */systemd-journald.service|*/systemd-tmpfiles-setup.service) ;;
          *) rm -f $wants ;;
        esac
      done
      rm -rf $root/lib/systemd/system/sockets.target.wants $root/lib/systemd/system/timers.target.wants
      ln -s /lib/systemd/system/basic.target $root/etc/systemd/system/default.target
      cd $root
      pivot_root . mnt
      umount -l /mnt
      exec env -i container=unshare /lib/systemd/systemd --system --log-target=journal
      """;

  String name() {
    return name;
  }

  private boolean isUp() {
    return init.toHandle().children().findFirst().isPresent()
        && run("systemctl is-system-running").exit() == 0;
  }

  /** Where its files are, as seen from outside. */
  Path root() {
    return root;
  }

  /** Runs commands there as root does who has just logged in, to their end or the first failure. */
  Outcome run(String commands) {
    try {
      long systemd = init.toHandle().children().findFirst().orElseThrow().pid();
      Process process =
          new ProcessBuilder(
                  "nsenter",
                  "--target",
                  String.valueOf(systemd),
                  "--mount",
                  "--pid",
                  "--net",
                  "--uts",
                  "--ipc",
                  "--cgroup",
                  "--root",
                  "--wd",
                  "env",
                  "-i",
                  "HOME=/root",
                  "LANG=C.UTF-8",
                  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                  "bash",
                  "-euo",
                  "pipefail",
                  "-c",
                  "cd /root\n" + commands)
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(name + ": hangs: " + commands);
      }
      return new Outcome(process.exitValue(), said);
    } catch (IOException e) {
      throw new AssertionError(name + ": " + commands, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(name + ": interrupted: " + commands, e);
    }
  }

  /** Runs commands there, which must succeed. Returns what they said. */
  String ok(String commands) {
    Outcome outcome = run(commands);
    if (outcome.exit() != 0) {
      throw new AssertionError(
          "%s: exit %d of\n%s%s\n%s"
              .formatted(
                  name,
                  outcome.exit(),
                  commands,
                  outcome.said(),
                  run("journalctl -u bindery -n 40 --no-pager").said()));
    }
    return outcome.said();
  }
}
