package bindery.deploy.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program of this package run to its end in network, mount and process namespaces of its own:
 * whatever it made and started is gone then. Needs root.
 */
public final class Namespaces {
  private static final List<String> UNSHARE =
      List.of(
          "unshare",
          "--net",
          "--mount",
          "--propagation",
          "private",
          "--mount-proc",
          "--pid",
          "--fork",
          "--kill-child",
          // Java looks once, at its start, whether there is an address of IPv6.
          "sh",
          "-c",
          "ip link set lo up && exec \"$@\"",
          "sh");

  private Namespaces() {}

  /** Runs a main class; fails unless it ends with 0 within that time. */
  public static void run(Class<?> program, long minutes, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(UNSHARE);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            "-Dbindery.package=" + System.getProperty("bindery.package"),
            program.getName()));
    command.addAll(List.of(arguments));
    String text = program.getSimpleName() + " " + String.join(" ", arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.waitFor(minutes, TimeUnit.MINUTES)).as("hangs: " + text).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as("what went wrong stands above: " + text).isZero();
  }
}
