package bindery.node;

import java.util.List;

/** A configuration that cannot be used, with every problem found in it. */
final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ConfigException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  /** A sentence each; at least one. */
  List<String> problems() {
    return problems;
  }
}
