package bindery.node;

import java.util.ArrayList;
import java.util.List;

/** All that is wrong with a configuration, gathered so that it can be told together. */
final class Problems {
  private final List<String> found = new ArrayList<>();

  void add(String problem) {
    found.add(problem);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<String> list() {
    return List.copyOf(found);
  }
}
