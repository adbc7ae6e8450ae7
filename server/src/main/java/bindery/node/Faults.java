package bindery.node;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What is wrong with the parts of one value, each part judged by itself, so that all is told at
 * once.
 */
final class Faults {
  /** A value with faults in its parts; each is a text that says what was expected. */
  static final class Found extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> faults;

    private Found(List<String> faults) {
      super(String.join("; ", faults));
      this.faults = List.copyOf(faults);
    }

    /** One or more. */
    List<String> faults() {
      return faults;
    }
  }

  private final List<String> faults = new ArrayList<>();

  /** Reads a part; if it cannot be read, that is a fault of it. */
  void gather(String part, Runnable reading) {
    var unused =
        gather(
            part,
            part,
            () -> {
              reading.run();
              return part;
            });
  }

  /**
   * Reads a part, and gives its value.
   *
   * @param otherwise given if it cannot be read, which is a fault of it
   */
  <T> T gather(String part, T otherwise, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (Found e) {
      e.faults().forEach(fault -> add(part, fault));
    } catch (IllegalArgumentException e) {
      add(part, String.valueOf(e.getMessage()));
    }
    return otherwise;
  }

  private void add(String part, String fault) {
    faults.add((part.isEmpty() ? "\"\"" : part) + ": " + fault);
  }

  /**
   * Ends the reading.
   *
   * @throws Found if there was any fault
   */
  void throwIfAny() {
    if (!faults.isEmpty()) {
      throw new Found(faults);
    }
  }
}
