package bindery.cli;

import picocli.CommandLine.Command;

/** {@code bindery snapshot}: the commands about copies of all that is held, in a file. */
@Command(
    name = "snapshot",
    description = {
      "Keeps all that the cluster holds in a file, and founds a new cluster of one.",
      "If a majority of the members is lost for good: bindery recover; or, at one that still runs,"
          + " save --local, restore, and have new members added. What was acknowledged last may be"
          + " missing then; every feeder tells all it knows anew."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class SnapshotGroup {}
