package bindery.cli;

import picocli.CommandLine.Command;

/** {@code bindery query}: the commands that ask as a requestor does. */
@Command(
    name = "query",
    description = {
      "Asks any server of bulk leasequery over TCP (RFC 5460), as a relay does.",
      "Exit codes: 0 answered, 4 nothing found, 5 refused, 6 the answer broke off, 7 unreachable."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class QueryGroup {}
