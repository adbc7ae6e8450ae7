package bindery.cli;

import picocli.CommandLine.Command;

/** {@code bindery upgrade}: the commands about a new version of the program. */
@Command(
    name = "upgrade",
    description = "Ends an upgrade of the whole cluster to a newer program.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class UpgradeGroup {}
