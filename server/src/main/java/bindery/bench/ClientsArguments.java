package bindery.bench;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option of benchmarks that says how many clients there are. */
final class ClientsArguments {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "500000",
      description = "How many clients, of two leases each. Default: ${DEFAULT-VALUE}.")
  private int clients;

  int count() {
    return clients;
  }

  /**
   * The bindings of these clients and of {@code first} others before them.
   *
   * @throws ParameterException if either number is outside its range
   */
  BenchData behind(int first) {
    long last = (long) first + clients;
    if (first < 0 || clients < 1 || last > BenchData.CLIENTS_MAX) {
      String before = first == 0 ? "" : " behind " + first + " others";
      throw new ParameterException(
          spec.commandLine(),
          clients + " clients" + before + " (expected 1.." + BenchData.CLIENTS_MAX + " in all)");
    }
    return new BenchData((int) last);
  }
}
