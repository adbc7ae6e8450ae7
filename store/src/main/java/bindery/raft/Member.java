package bindery.raft;

import java.util.regex.Pattern;

/**
 * A member of the group.
 *
 * @param name unique in the cluster; also its Raft peer id
 * @param address host and port of its Raft endpoint, an IPv6 host in brackets
 * @param isLearner whether it takes the log and has no vote
 */
public record Member(String name, String address, boolean isLearner) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** Whether a member may be called that; a cluster may too. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** A voter. */
  public Member(String name, String address) {
    this(name, address, false);
  }
}
