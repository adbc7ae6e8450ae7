package bindery.store;

import bindery.store.ToldExchange.ToldLease;
import org.jspecify.annotations.Nullable;

/** A lease of an exchange, with what is held of it and what is to become of it. */
final class LeaseStep {
  final ToldLease told;
  @Nullable BindingRecord holder;
  @Nullable LeaseRecord held;
  @Nullable Tombstone ended;
  int link;
  boolean applies;
  boolean startsBinding;

  /** Of that lease; nothing is looked up yet. */
  LeaseStep(ToldLease told) {
    this.told = told;
  }
}
