package bindery.deploy.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The names of nodes and the hosts that they lead to: an {@code /etc/hosts} of this process's mount
 * namespace, which is gone with it. One thread.
 */
final class NamedHosts {
  private static final Path FILE = Path.of("/etc/hosts");

  private final Map<String, Integer> hosts = new TreeMap<>();

  /** No names but localhost's, written to a new file of a folder. */
  NamedHosts(Path folder) throws IOException {
    Path own = folder.resolve("hosts");
    Files.createFile(own);
    Shell.run("mount --bind " + own + " " + FILE);
    write();
  }

  /** Has a name lead to a host, and to no other any more. */
  void put(String name, int host) throws IOException {
    hosts.put(name, host);
    write();
  }

  private void write() throws IOException {
    StringBuilder text = new StringBuilder("127.0.0.1 localhost\n");
    hosts.forEach(
        (name, host) -> text.append(Network.address(host)).append(' ').append(name).append('\n'));
    Files.writeString(FILE, text);
  }
}
