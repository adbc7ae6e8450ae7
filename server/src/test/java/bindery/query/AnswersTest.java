package bindery.query;

import static bindery.query.FedStore.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.OptionCode;
import bindery.store.ReadPoint;
import bindery.store.StoreException;
import bindery.store.StoreView;
import bindery.wire.LeaseQuery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries that fail before their answer begins. */
final class AnswersTest {
  private static final LeaseQuery BY_LINK =
      LeaseQuery.byLink(1, Duid.parse("0003000102005e10000a"), Ipv6Address.parse("2001:db8:a::1"));
  private static final ReadPoint POINT = new ReadPoint(0, NOW * 1_000, 0);
  private static final String BASE_TIME = "00640004";

  private final Deque<RuntimeException> failures = new ArrayDeque<>();
  private final List<StoreView> pinned = new ArrayList<>();
  private final List<StoreException> faults = new ArrayList<>();
  private FedStore store;

  @BeforeEach
  void open(@TempDir Path folder) {
    store = FedStore.open(folder).link("a", List.of("2001:db8:a::/64"), List.of());
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** Over views that fail as told, one after another, before one is pinned. */
  private Answers answers(LongSupplier nanos) {
    ReadGate gate =
        new ReadGate(
            store::barrier,
            ReadMode.LINEARIZABLE,
            store::view,
            Runnable::run,
            System::nanoTime,
            () -> 0);
    Answers answers =
        new Answers(
            gate, this::view, Runnable::run, nanos, Duration.ofSeconds(5), Set.of(), faults::add);
    assertThat(answers.findServerId()).isPresent();
    return answers;
  }

  private StoreView view() {
    RuntimeException failure = failures.poll();
    if (failure != null) {
      throw failure;
    }
    StoreView view = store.view();
    pinned.add(view);
    return view;
  }

  private static LeaseQuery withBaseTime() {
    return BY_LINK.requesting(List.of(OptionCode.LQ_BASE_TIME));
  }

  /** The one message of an answer that was not begun. */
  private static String only(Answer answer) {
    byte[] page = new byte[Answer.PAGE_BYTES_MIN];
    int size = answer.fill(page);
    assertThat(answer.result()).isEqualTo(Answer.Result.TERMINATED);
    assertThat(answer.hasEnded()).isTrue();
    return HexFormat.of().formatHex(page, 0, size);
  }

  // S-72
  @Test
  void begin_storeFails_saysSoWithItsBaseTimeAndTellsTheNode() {
    Answers answers = answers(System::nanoTime);
    failures.add(new StoreException("a row is corrupt"));

    try (Answer answer = answers.begin(withBaseTime(), QueryScope.ALL, POINT)) {
      assertThat(only(answer)).contains(BASE_TIME);
      assertThat(answer.status().text()).isEqualTo("the store failed");
    }
    assertThat(faults).hasSize(1);
  }

  @Test
  void begin_failureThatIsNotTheStores_saysThatTheServerFailed() {
    Answers answers = answers(System::nanoTime);
    failures.add(new IllegalStateException("a fault of ours"));

    try (Answer answer = answers.begin(BY_LINK, QueryScope.ALL, POINT)) {
      assertThat(only(answer)).doesNotContain(BASE_TIME);
      assertThat(answer.status().text()).isEqualTo("the server failed");
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void begin_failsAndBaseTimeDoesToo_isAnsweredWithoutIt() {
    Answers answers = answers(System::nanoTime);
    failures.add(new IllegalStateException("a fault of ours"));
    failures.add(new IllegalStateException("and again"));

    try (Answer answer = answers.begin(withBaseTime(), QueryScope.ALL, POINT)) {
      assertThat(only(answer)).doesNotContain(BASE_TIME);
    }
  }

  @Test
  void begin_error_releasesTheSnapshot() {
    boolean[] isBroken = {false};
    Answers answers =
        answers(
            () -> {
              if (isBroken[0]) {
                throw new AssertionError("broken on purpose");
              }
              return System.nanoTime();
            });
    pinned.clear();
    isBroken[0] = true;

    assertThatThrownBy(() -> answers.begin(BY_LINK, QueryScope.ALL, POINT))
        .isInstanceOf(AssertionError.class);
    assertThat(pinned).hasSize(1);
    assertThatThrownBy(pinned.get(0)::level).hasMessageContaining("a closed view");
  }
}
