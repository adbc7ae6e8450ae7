package bindery.raft;

import bindery.peer.v1.Newcomer;
import bindery.peer.v1.ReconfigureRequest;
import bindery.peer.v1.Replacement;

/** A change of who the members are, or of who leads. */
public sealed interface MemberChange {
  /**
   * Has a node take the log as a learner. It must run already, with an empty data folder, and wait.
   *
   * @param name no member's
   * @param address of its Raft endpoint
   */
  record Add(String name, String address) implements MemberChange {}

  /** Has a learner vote that is near the end of the log. */
  record Promote(String name) implements MemberChange {}

  /** Has a member go; not the one that leads. */
  record Remove(String name) implements MemberChange {}

  /**
   * Has a newcomer, added first if it is no learner yet, vote in the place of a member.
   *
   * @param name of the voter that goes
   * @param newcomer no member's name, or a learner's
   * @param address of the newcomer's Raft endpoint
   */
  record Replace(String name, String newcomer, String address) implements MemberChange {}

  /**
   * Has another voter lead.
   *
   * @param successor its name; empty for the one that is nearest to the end of the log
   */
  record MoveLeader(String successor) implements MemberChange {}

  /** The same for the wire, without who asks. */
  default ReconfigureRequest.Builder request() {
    ReconfigureRequest.Builder request = ReconfigureRequest.newBuilder();
    if (this instanceof Add add) {
      return request.setAdd(newcomer(add.name(), add.address()));
    }
    if (this instanceof Promote promote) {
      return request.setPromote(promote.name());
    }
    if (this instanceof Remove remove) {
      return request.setRemove(remove.name());
    }
    if (this instanceof Replace replace) {
      return request.setReplace(
          Replacement.newBuilder()
              .setName(replace.name())
              .setNewcomer(newcomer(replace.newcomer(), replace.address())));
    }
    return request.setMoveLeader(((MoveLeader) this).successor());
  }

  private static Newcomer newcomer(String name, String address) {
    return Newcomer.newBuilder().setName(name).setAddress(address).build();
  }
}
