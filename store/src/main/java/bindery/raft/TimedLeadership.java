package bindery.raft;

import java.util.Optional;

/**
 * Leads once it knows the time: until this node has heard the clocks of a majority, proposals wait
 * as while there is no leader. Any thread.
 *
 * @param leadership who leads by the Raft engine
 * @param clocks the members' clocks
 */
record TimedLeadership(Proposals.Leadership leadership, MemberClocks clocks)
    implements Proposals.Leadership {
  @Override
  public boolean isLeader() {
    return clocks.isKnown() && leadership.isLeader();
  }

  @Override
  public Optional<String> leader() {
    return leadership.leader();
  }
}
