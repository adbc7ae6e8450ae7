package bindery.store;

import static bindery.store.KeysTest.assertHex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.log.v1.Settings;
import bindery.model.Duid;
import java.util.EnumMap;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The small rows, and the batch. */
class RowTest {
  @Provide
  Arbitrary<Duid> clients() {
    return Bindings.duids().injectNull(0.2);
  }

  @Property
  void leaseRow_ofATombstone_keepsItsParts(
      @ForAll("clients") Duid client,
      @ForAll long cltt,
      @ForAll int feeder,
      @ForAll long sequence,
      @ForAll long end) {
    LeaseRow row = LeaseRow.ended(new Tombstone(client, cltt, feeder, sequence, end));
    assertThat(LeaseRow.decode(row.encode())).isEqualTo(row);
    assertThat(LeaseRow.isOwned(row.encode())).isFalse();
  }

  @Property
  void leaseRow_ofAnyOctets_isARowOrAStoreException(@ForAll byte[] octets) {
    try {
      LeaseRow row = LeaseRow.decode(octets);
      assertThat(row.owner() == null).isNotEqualTo(row.tombstone() == null);
    } catch (StoreException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  @Example
  void leaseRow_workedExamples_areTheDocumentedHex() {
    LeaseRow owned = LeaseRow.ownedBy(new BindingKey(7, Samples.CLIENT));
    assertHex(owned.encode(), "01 01 00000007 000300010a0b0c0d0e0f");
    assertThat(LeaseRow.decode(owned.encode())).isEqualTo(owned);
    assertThat(LeaseRow.isOwned(owned.encode())).isTrue();
    assertHex(LeaseRow.ended(new Tombstone(null, 10, 3, 5, 20)).encode(), "01 02 00 14 03 05 28");
    assertThatIllegalArgumentException().isThrownBy(() -> new LeaseRow(null, null));
  }

  @Example
  void metaRow_workedExample_isTheDocumentedHex() {
    AppliedIndex applied = new AppliedIndex(3, 1_234);
    assertHex(MetaRow.applied(applied), "01 0000000000000003 00000000000004d2");
    assertThat(MetaRow.parseApplied(MetaRow.applied(applied))).isEqualTo(applied);
    assertThat(MetaRow.parseNumber(MetaKey.LEVEL, MetaRow.number(-5))).isEqualTo(-5);
    assertThat(MetaRow.mark()).containsExactly(1);
    Settings settings = Settings.newBuilder().setRetainEndedSeconds(5).build();
    assertThat(MetaRow.parseSettings(MetaRow.message(settings))).isEqualTo(settings);
  }

  @Example
  void metaRow_corruptOrNewer_saysWhich() {
    assertThatThrownBy(() -> MetaRow.parseApplied(new byte[] {1, 2}))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("corrupt meta row applied");
    assertThatThrownBy(() -> MetaRow.parseApplied(new byte[] {2}))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("newer program");
    assertThatThrownBy(() -> MetaRow.parseSource(new byte[] {1, -1, -1}))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("corrupt source row");
    assertThatThrownBy(() -> MetaRow.parseNumber(MetaKey.LEVEL, new byte[0]))
        .isInstanceOf(StoreException.class);
  }

  @Example
  void rowBatch_workedExample_isTheDocumentedHex() {
    Map<Family, Integer> ids = new EnumMap<>(Family.class);
    ids.put(Family.LINK, 7);
    RowBatch batch = new RowBatch(ids);
    batch.delete(Family.LINK, Keys.link(7));
    assertHex(batch.serialized(), "0000000000000000 01000000 04 07 04 00000007");
    assertThat(batch.count()).isEqualTo(1);
    assertThat(batch.touches(Family.LINK)).isTrue();
    assertThat(batch.sizeBytes()).isEqualTo(7);
    batch.clear();
    assertThat(batch.count()).isZero();
    assertThat(batch.touches(Family.LINK)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> batch.delete(Family.META, MetaKey.LEVEL.octets()));
  }
}
