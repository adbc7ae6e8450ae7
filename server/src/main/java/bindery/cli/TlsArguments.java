package bindery.cli;

import bindery.tls.LiveTls;
import bindery.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options by which a command and a node know each other. */
public final class TlsArguments {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "The authority of the cluster (PEM), by whose certificates the nodes are known. With it"
              + " TLS is spoken; --cert and --key go with it.")
  private @Nullable Path ca;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "Your certificate (PEM), as bindery cert client makes it.")
  private @Nullable Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "Its key (PEM, PKCS #8, without a password), which no other user may read.")
  private @Nullable Path key;

  /**
   * What they say.
   *
   * @return empty if none of them is given
   * @throws ParameterException if the files cannot be used, with everything that is wrong
   */
  public Optional<LiveTls> read() {
    List<String> problems = new ArrayList<>();
    TlsFiles files = TlsFiles.of(ca, certificate, key, TlsArguments::place, problems);
    if (files != null) {
      problems.addAll(files.problems(TlsArguments::place));
    }
    if (problems.isEmpty() && files != null) {
      try {
        return Optional.of(LiveTls.open(files));
      } catch (IOException e) {
        problems.add(String.valueOf(e.getMessage())); // changed since
      }
    }
    if (problems.isEmpty()) {
      return Optional.empty();
    }
    throw new ParameterException(spec.commandLine(), String.join("\nError: ", problems));
  }

  /**
   * The same where another option asks for it.
   *
   * @throws ParameterException if none of them is given, too
   */
  LiveTls readNeeded(String by) {
    return read()
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(), by + ": without --ca, --cert and --key (expected all)"));
  }

  private static String place(String option) {
    return "--" + option;
  }
}
