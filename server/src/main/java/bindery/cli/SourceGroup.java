package bindery.cli;

import picocli.CommandLine.Command;

/** {@code bindery source}: the commands about sources. */
@Command(
    name = "source",
    description = "Shows the DHCPv6 servers that feed the store, and decides about them.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class SourceGroup {}
