package bindery.store;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** {@link ApplyModelTest} for about a million entries; run by name, by {@code verify --long}. */
class ApplyModelLong {
  private static final AtomicLong STEPS = new AtomicLong();

  @Provide
  Arbitrary<List<ApplyActions.Action>> histories() {
    return ApplyActions.actions().list().ofMinSize(20).ofMaxSize(150);
  }

  @Property(tries = 12_500, edgeCases = EdgeCasesMode.NONE)
  void apply_aMillionEntries_areAsTheModelSays(
      @ForAll("histories") List<ApplyActions.Action> history) throws IOException {
    new ApplyModelTest().apply_anyHistory_isAsTheModelSays(history);
    STEPS.addAndGet(history.size());
  }

  @AfterContainer
  static void tell() {
    System.out.println("random entries without a difference: " + STEPS);
  }
}
