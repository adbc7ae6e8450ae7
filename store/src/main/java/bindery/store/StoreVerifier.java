package bindery.store;

import bindery.model.Bytes;
import java.util.List;

/**
 * Proves that rows and indexes agree: every index entry has its row, every row has its index
 * entries, every stream part is what its bookkeeping gives, every key is exact.
 */
public final class StoreVerifier {
  private StoreVerifier() {}

  /** The most faults that a report names. */
  public static final int FAULTS_MAX = 100;

  /**
   * What was found.
   *
   * @param bindings rows of the truth
   * @param leases in them
   * @param faults a sentence each, at most {@link #FAULTS_MAX}; empty if all agree
   * @param contentHash 32 octets over the decoded content of bindings, links and sources
   */
  public record Report(
      long revision, long bindings, long leases, List<String> faults, Bytes contentHash) {
    /** Copies the list. */
    public Report {
      faults = List.copyOf(faults);
    }
  }

  /** Reads everything once. Memory does not grow with the store. */
  public static Report verify(StoreView view) {
    throw new UnsupportedOperationException();
  }
}
