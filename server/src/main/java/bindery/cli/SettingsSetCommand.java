package bindery.cli;

import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import bindery.v1.SetSettingsRequest;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bindery settings set}: changes what the whole cluster goes by. */
@Command(
    name = "set",
    description = {
      "Changes settings of the whole cluster. They hold from the next log entry on, at every node,"
          + " whatever a node's own configuration says; what is not named stays.",
      "bindery status shows what holds."
    },
    footer = {"", "Example: bindery settings set --sweep-limit 20% --server n1"},
    mixinStandardHelpOptions = true)
final class SettingsSetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ApiArguments api = new ApiArguments();

  @Option(
      names = "--retain-ended",
      paramLabel = "DURATION",
      description = "How long an ended lease is remembered, such as 24h; whole seconds.")
  private @Nullable Duration retainEnded;

  @Option(
      names = "--source-silent-after",
      paramLabel = "DURATION",
      description = "How long a source may say nothing before it is silent, such as 15m.")
  private @Nullable Duration sourceSilentAfter;

  @Option(
      names = "--sweep-limit",
      paramLabel = "PERCENT",
      description = "The part of a source's live leases that a resync may end by itself, 10%%.")
  private @Nullable String sweepLimit;

  @Override
  public Integer call() throws CommandException, InterruptedException {
    SetSettingsRequest request = request();
    PrintWriter err = spec.commandLine().getErr();
    try (ServerList servers = api.servers()) {
      long revision = new AdminClient(servers, api.timeout()).setSettings(request).getRevision();
      err.println("set from revision " + revision + " on");
    } catch (ApiException e) {
      throw CommandException.ofChange(e, "bindery status");
    }
    err.flush();
    return ExitCode.OK.number();
  }

  private SetSettingsRequest request() {
    SetSettingsRequest.Builder request = SetSettingsRequest.newBuilder();
    if (retainEnded != null) {
      request.setRetainEndedSeconds(seconds("--retain-ended", retainEnded));
    }
    if (sourceSilentAfter != null) {
      request.setSourceSilentAfterSeconds(seconds("--source-silent-after", sourceSilentAfter));
    }
    if (sweepLimit != null) {
      request.setSweepLimitPermille(permille(sweepLimit));
    }
    if (request.build().equals(SetSettingsRequest.getDefaultInstance())) {
      throw usage("no setting given (expected one or more, see --help)");
    }
    return request.build();
  }

  private long seconds(String name, Duration duration) {
    if (duration.isZero() || !duration.equals(duration.truncatedTo(ChronoUnit.SECONDS))) {
      throw usage(name + ": " + duration.toMillis() + " ms (expected whole seconds, 1s or more)");
    }
    return duration.toSeconds();
  }

  private int permille(String text) {
    if (!text.matches("\\d{1,3}(\\.\\d)?%")) {
      throw usage("--sweep-limit: \"" + text + "\" (expected a percentage such as 10% or 2.5%)");
    }
    return new BigDecimal(text.substring(0, text.length() - 1)).movePointRight(1).intValueExact();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
