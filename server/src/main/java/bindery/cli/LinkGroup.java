package bindery.cli;

import picocli.CommandLine.Command;

/** {@code bindery link}: the commands about links. */
@Command(
    name = "link",
    description = "Shows and changes the links that link-addresses are matched with.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class LinkGroup {}
