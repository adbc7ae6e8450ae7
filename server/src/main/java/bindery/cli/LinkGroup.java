package bindery.cli;

import picocli.CommandLine.Command;

/** {@code bindery link}: the commands about links. */
@Command(
    name = "link",
    description = "Shows and changes the links that link-addresses are matched with.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class LinkGroup {
  /** What the help of each command that changes links says of an outcome that is not known. */
  static final String EXIT_CODE_6 =
      "Exit code 6: no answer came in time, so that the change may or may not have been made;"
          + " bindery link list shows which.";
}
