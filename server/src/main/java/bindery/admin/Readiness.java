package bindery.admin;

import java.util.List;
import java.util.stream.Stream;

/** Whether a node can serve now, and what of it is to be seen to. Any thread. */
public interface Readiness {
  /** What decides whether it can serve, at least one. Does not block. */
  List<HealthCheck> deciding();

  /**
   * What an operator should see to while it serves, and what is well of that; none of it makes a
   * node unready, since it would be so on all nodes at once. Reads the store.
   */
  List<HealthCheck> advising();

  /** All checks, those that decide first. */
  default List<HealthCheck> checks() {
    return Stream.concat(deciding().stream(), advising().stream()).toList();
  }

  /** Whether it can serve. Does not block. */
  default boolean isReady() {
    return deciding().stream().noneMatch(check -> check.verdict() == HealthCheck.Verdict.FAILED);
  }
}
