package bindery.cli.cert;

import java.time.Instant;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that says for how long something is signed. */
final class TermArguments {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--days",
      paramLabel = "DAYS",
      defaultValue = "365",
      description = "How long it is valid. Default: ${DEFAULT-VALUE}.")
  private int days = 365;

  /**
   * Until when.
   *
   * @throws ParameterException if the number of days is out of range
   */
  Instant until() {
    return CertArguments.until(days, spec.commandLine());
  }
}
