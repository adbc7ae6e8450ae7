package bindery.cli;

import bindery.cli.Arguments.Name;
import bindery.feeder.FeederId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that feeds. */
final class FeedArguments {
  @Mixin private ApiArguments api = new ApiArguments();

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description =
          "The DHCPv6 server, or pair of servers with one view, whose bindings these are. Default:"
              + " kea for kea-csv and kea-ha, json for json.")
  private @Nullable Name source;

  @Option(
      names = "--feeder",
      paramLabel = "NAME",
      description =
          "The name of this import within its source. A second import under one name ends the"
              + " first. Default: the command's name.")
  private @Nullable Name feeder;

  ApiArguments api() {
    return api;
  }

  /** Who feeds: a feeder that cannot resume, so with an epoch of its own each time. */
  FeederId feederId(String usualSource, String usualFeeder) {
    return new FeederId(
        source == null ? usualSource : source.text(),
        feeder == null ? usualFeeder : feeder.text(),
        System.currentTimeMillis());
  }
}
