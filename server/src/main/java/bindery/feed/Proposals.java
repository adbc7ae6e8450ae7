package bindery.feed;

import bindery.log.v1.Command;
import bindery.log.v1.Result;
import java.util.concurrent.CompletableFuture;

/**
 * Where commands are proposed: the replica, or in tests something that delays and fails.
 *
 * <p>Commands should be committed in the order of the calls; where two are not, the later is
 * refused as a gap and proposed again.
 */
@FunctionalInterface
public interface Proposals {
  /**
   * Proposes a command. Does not block.
   *
   * @return what applying it answered; fails with a {@link bindery.raft.ProposalException}
   */
  CompletableFuture<Result> propose(Command command);
}
