package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.feeder.AckListener;
import bindery.feeder.AckListener.Committed;
import bindery.kea.RowTally.Row;
import bindery.kea.RowTally.Settled;
import bindery.v1.ItemResult;
import bindery.v1.RejectReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RowTallyTest {
  private final List<String> rejects = new ArrayList<>();
  private final RowTally tally = new RowTally(System::nanoTime, rejects::add);
  private final AckListener listener = tally.begin(Settled.NOTHING);

  private static Optional<FilePosition> behind(long line) {
    return Optional.of(new FilePosition(new FileIdentity(1, 2), 100 * line, line, 100, 0));
  }

  private void put(long line) {
    tally.putting(new Row("f", line, 100), behind(line));
  }

  private void ack(long first, long through, ItemResult... results) {
    listener.committed(new Committed(first, through, 1, List.of(results)));
  }

  @Test
  void settled_rowsInFlight_isBehindTheLastAcknowledged() {
    put(2);
    put(3);
    put(4);
    assertThat(tally.settled()).isEqualTo(Settled.NOTHING);
    ack(1, 2);

    assertThat(tally.settled()).isEqualTo(new Settled(2, behind(3)));
    assertThat(tally.isIdle()).isFalse();
  }

  @Test
  void settled_rowWithoutItemBehindOneInFlight_waitsForThat() {
    put(2);
    tally.malformed(behind(3));
    tally.leftOut(behind(4));
    assertThat(tally.settled().position()).isEmpty();
    ack(1, 1);
    assertThat(tally.settled().position()).isEqualTo(behind(4));
    tally.leftOut(behind(5));

    assertThat(tally.settled()).isEqualTo(new Settled(1, behind(5)));
    assertThat(tally.counts().text())
        .isEqualTo("rows 4, accepted 1, stale 0, rejected 0, malformed 1, left out 2");
  }

  @Test
  void settled_itemsThatStandForNoRow_leaveThePosition() {
    put(2);
    tally.puttingNone();
    ack(1, 2);

    assertThat(tally.settled()).isEqualTo(new Settled(2, behind(2)));
  }

  @Test
  void committed_rejectsAndStale_areCountedAndNamed() {
    put(2);
    put(3);
    put(4);
    ack(
        1,
        3,
        ItemResult.newBuilder()
            .setSequence(1)
            .setOutcome(ItemResult.Outcome.REJECTED)
            .setReason(RejectReason.BAD_CLIENT)
            .setMessage("too long")
            .build(),
        ItemResult.newBuilder()
            .setSequence(2)
            .setOutcome(ItemResult.Outcome.STALE)
            .addStaleLeases(0)
            .build(),
        ItemResult.newBuilder().setSequence(3).setOutcome(ItemResult.Outcome.STALE).build());

    assertThat(rejects).containsExactly("f:2: too long [BAD_CLIENT]");
    assertThat(tally.counts().text()).contains("accepted 1, stale 1, rejected 1");
  }

  @Test
  void committed_ofAnEarlierStream_isPassedOver() {
    put(2);
    var unused = tally.begin(new Settled(9, behind(7)));
    put(8);
    ack(1, 1);

    assertThat(tally.settled()).isEqualTo(new Settled(9, behind(7)));
    assertThat(tally.isIdle()).isFalse();
  }

  @Test
  void hasRoom_asManyAsMayBeInFlight_isFalse() {
    for (int i = 0; i < RowTally.ITEMS_MAX; i++) {
      assertThat(tally.hasRoom()).isTrue();
      put(i + 2L);
    }
    assertThat(tally.hasRoom()).isFalse();
    ack(1, 1);

    assertThat(tally.hasRoom()).isTrue();
  }

  @Test
  void hasRoom_manyOctets_isFalse() {
    tally.putting(new Row("f", 2, RowTally.BYTES_MAX), behind(2));

    assertThat(tally.hasRoom()).isFalse();
  }
}
