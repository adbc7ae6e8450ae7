package bindery.cli;

import picocli.CommandLine.Command;

/** {@code bindery member}: the commands about who the members are. */
@Command(
    name = "member",
    description = {
      "Shows and changes the members of the cluster.",
      "A newcomer is started first, with a name of its own, an empty data folder and join: true. A"
          + " member that lost its disk does not come back under its old name: it could vote twice."
          + " It is replaced."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class MemberGroup {}
