package bindery.raft;

import bindery.log.v1.Command;
import java.util.Optional;

/**
 * What a command must keep to before it is proposed.
 *
 * @param levelSupported the highest level whose rules this program knows
 */
record CommandLimits(int levelSupported) {
  /** Why a command of this node is refused; empty if it is not. */
  Optional<String> fault(Command command, int octets) {
    if (command.getProposedAtMillis() != 0) {
      return Optional.of(
          "a command with a stamp of " + command.getProposedAtMillis() + " (expected 0)");
    }
    if (octets > Replica.COMMAND_BYTES_MAX) {
      return Optional.of(
          "a command of "
              + octets
              + " octets (expected at most "
              + Replica.COMMAND_BYTES_MAX
              + ")");
    }
    return levelFault(command);
  }

  /** Why a command, maybe another member's, is refused for its level; empty if it is not. */
  Optional<String> levelFault(Command command) {
    return command.getLevel() > levelSupported
        ? Optional.of("level " + command.getLevel() + " (expected <= " + levelSupported + ")")
        : Optional.empty();
  }
}
