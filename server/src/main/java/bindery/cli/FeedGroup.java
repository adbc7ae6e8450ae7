package bindery.cli;

import picocli.CommandLine.Command;

/** {@code bindery feed}: the commands that feed bindings. */
@Command(
    name = "feed",
    description = "Feeds bindings into the cluster.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class FeedGroup {}
