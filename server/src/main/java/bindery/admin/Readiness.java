package bindery.admin;

import java.util.List;

/** Whether a node can serve now. */
@FunctionalInterface
public interface Readiness {
  /** What stands against it, a sentence each; empty if it can. Any thread; does not block. */
  List<String> obstacles();

  /** What an operator should see to while it serves; as {@link #obstacles}. */
  default List<String> warnings() {
    return List.of();
  }
}
