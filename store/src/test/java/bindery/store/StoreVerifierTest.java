package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Link;
import bindery.log.v1.Settings;
import bindery.log.v1.Source;
import bindery.model.LeaseKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreVerifierTest {
  private static final LeaseKey ADDRESS = Samples.address("2001:db8::1");
  private static final LeaseKey PREFIX = Samples.prefix("2001:db8:ff00::/56");
  private static final LeaseKey BURIED = Samples.address("2001:db8::dead");
  private static final BindingKey KEY = new BindingKey(7, Samples.CLIENT);

  private final Path temp;

  StoreVerifierTest(@TempDir Path temp) {
    this.temp = temp;
  }

  private static BindingRecord binding() {
    BindingRecord binding = new BindingRecord(KEY);
    binding.put(Samples.lease(ADDRESS, 100, 200));
    binding.put(Samples.lease(PREFIX, Long.MAX_VALUE, Long.MAX_VALUE));
    binding.relayIds().add(Samples.RELAY);
    binding.remoteIds().add(Samples.REMOTE);
    binding.setArmed(150);
    return binding;
  }

  private static void seed(RowBatch batch) {
    Samples.put(batch, binding());
    Samples.put(batch, Samples.binding(7, Samples.client(1)));
    batch.put(Family.META, MetaKey.CARRIED_RELAY_ID.octets(), MetaRow.mark());
    batch.put(Family.META, MetaKey.CARRIED_REMOTE_ID.octets(), MetaRow.mark());
    batch.put(Family.META, MetaKey.APPLIED.octets(), MetaRow.applied(new AppliedIndex(1, 9)));
    Tombstone tombstone = new Tombstone(Samples.CLIENT, 5, 1, 1, 20);
    batch.put(Family.LEASE, Keys.lease(0, BURIED), LeaseRow.ended(tombstone).encode());
    batch.put(Family.EXPIRY, Keys.expiry(20, 0, BURIED));
    Link link = Link.newBuilder().setId(7).setName("edge").build();
    batch.put(Family.LINK, Keys.link(7), MetaRow.message(link));
    Source source = Source.newBuilder().setName("kea").build();
    batch.put(Family.SOURCE, Keys.source("kea"), MetaRow.message(source));
  }

  // Nothing is flushed, so that each call begins with an empty store.
  private StoreVerifier.Report verify(Consumer<RowBatch> change) {
    try (RowsFixture rows = new RowsFixture(temp)) {
      rows.write(StoreVerifierTest::seed);
      rows.write(change);
      try (StoreView view = rows.view()) {
        StoreVerifier.Report report = StoreVerifier.verify(view);
        assertThat(report.revision()).isEqualTo(9);
        if (report.faults().isEmpty()) {
          StoreContent content = StoreContent.read(view, () -> false);
          assertThat(content.hash()).isEqualTo(report.contentHash());
          assertThat(content.bindings()).isEqualTo(report.bindings());
          assertThat(content.leases()).isEqualTo(report.leases());
        }
        return report;
      }
    }
  }

  @Test
  void verify_rowsThatAgree_findsNoFault() {
    StoreVerifier.Report report = verify(batch -> {});
    assertThat(report.faults()).isEmpty();
    assertThat(report.bindings()).isEqualTo(2);
    assertThat(report.leases()).isEqualTo(2);
    assertThat(report.contentHash().size()).isEqualTo(32);
  }

  @Test
  void verify_missingIndexRow_namesIt() {
    assertThat(verify(b -> b.delete(Family.CLIENT, Keys.client(0, KEY))).faults())
        .singleElement()
        .asString()
        .contains("no row in client");
    assertThat(verify(b -> b.delete(Family.RELAY, Keys.relay(0, Samples.RELAY, KEY))).faults())
        .singleElement()
        .asString()
        .contains("no row in relay");
    assertThat(verify(b -> b.delete(Family.REMOTE, Keys.remote(0, Samples.REMOTE, KEY))).faults())
        .singleElement()
        .asString()
        .contains("no row in remote");
    assertThat(verify(b -> b.delete(Family.LEASE, Keys.lease(0, ADDRESS))).faults())
        .singleElement()
        .asString()
        .contains("no row in lease for 2001:db8::1");
    assertThat(verify(b -> b.delete(Family.EXPIRY, Keys.expiry(150, KEY))).faults())
        .singleElement()
        .asString()
        .contains("no row in expiry at 150");
    assertThat(verify(b -> b.delete(Family.EXPIRY, Keys.expiry(20, 0, BURIED))).faults())
        .singleElement()
        .asString()
        .contains("tombstone of 2001:db8::dead");
  }

  @Test
  void verify_indexRowWithoutBinding_namesIt() {
    BindingKey gone = new BindingKey(8, Samples.CLIENT);
    List<Consumer<RowBatch>> changes =
        List.of(
            b -> b.put(Family.CLIENT, Keys.client(0, gone)),
            b -> b.put(Family.RELAY, Keys.relay(0, Samples.RELAY, gone), new byte[1]),
            b -> b.put(Family.REMOTE, Keys.remote(0, Samples.REMOTE, gone)),
            b ->
                b.put(
                    Family.LEASE,
                    Keys.lease(0, Samples.address("2001:db8::2")),
                    LeaseRow.ownedBy(KEY).encode()),
            b -> b.put(Family.EXPIRY, Keys.expiry(151, KEY)),
            b -> b.put(Family.EXPIRY, Keys.expiry(20, 0, PREFIX)));
    List<String> labels = List.of("client", "relay", "remote", "lease", "expiry", "expiry");
    for (int i = 0; i < changes.size(); i++) {
      try (RowsFixture rows = new RowsFixture(temp.resolve(String.valueOf(i)))) {
        rows.write(StoreVerifierTest::seed);
        rows.write(changes.get(i));
        try (StoreView view = rows.view()) {
          assertThat(StoreVerifier.verify(view).faults())
              .singleElement()
              .asString()
              .startsWith(labels.get(i) + " row ");
        }
      }
    }
  }

  @Test
  void verify_rowThatDoesNotSayWhatItHolds_namesIt() {
    BindingRecord changed = binding();
    changed.setCltt(77);
    assertThat(verify(b -> b.put(Family.BINDING, KEY.octets(), Samples.row(changed))).faults())
        .singleElement()
        .asString()
        .contains("is not its stream part");
    assertThat(
            verify(
                    b ->
                        b.put(
                            Family.LEASE,
                            Keys.lease(0, ADDRESS),
                            LeaseRow.ownedBy(new BindingKey(7, Samples.client(1))).encode()))
                .faults())
        .anyMatch(fault -> fault.contains("which lease says is of"));
    BindingRecord late = binding();
    late.setArmed(201);
    assertThat(
            verify(
                    b -> {
                      b.put(Family.BINDING, KEY.octets(), Samples.row(late));
                      b.delete(Family.EXPIRY, Keys.expiry(150, KEY));
                      b.put(Family.EXPIRY, Keys.expiry(201, KEY));
                    })
                .faults())
        .anyMatch(fault -> fault.contains("but the purge looks at 201"));
  }

  @Test
  void verify_corruptOrMisplacedRows_areFaultsAndNoFailure() {
    byte[] row = Samples.row(binding());
    row[row.length - 1] = 99;
    assertThat(verify(b -> b.put(Family.BINDING, KEY.octets(), row)).faults())
        .anyMatch(fault -> fault.contains("corrupt binding row"));
    assertThat(verify(b -> b.delete(Family.META, MetaKey.CARRIED_RELAY_ID.octets())).faults())
        .anyMatch(fault -> fault.contains("with a relay-ID"));
    Link link = Link.newBuilder().setId(8).setName("edge").build();
    assertThat(verify(b -> b.put(Family.LINK, Keys.link(7), MetaRow.message(link))).faults())
        .anyMatch(fault -> fault.contains("the key is not its id 8"));
    assertThat(verify(b -> b.put(Family.SOURCE, Keys.source("x"), new byte[1])).faults())
        .anyMatch(fault -> fault.contains("source row"));
    assertThat(verify(b -> b.put(Family.LEASE, new byte[3], new byte[1])).faults())
        .anyMatch(fault -> fault.contains("lease row 000000"));
  }

  @Test
  void verify_moreFaultsThanAReportNames_keepsTheFirst() {
    List<BindingRecord> many = new ArrayList<>();
    for (int i = 0; i < StoreVerifier.FAULTS_MAX + 20; i++) {
      many.add(Samples.binding(1, Samples.client(i)));
    }
    StoreVerifier.Report report =
        verify(b -> many.forEach(r -> b.put(Family.BINDING, r.key().octets(), Samples.row(r))));
    assertThat(report.faults()).hasSize(StoreVerifier.FAULTS_MAX);
  }

  // The hash follows content, and nothing else: not the purge's notes, not the order of writing.
  @Test
  void contentHash_followsContentAlone() {
    StoreVerifier.Report plain = verify(batch -> {});
    BindingRecord armed = binding();
    armed.setArmed(140);
    StoreVerifier.Report rearmed =
        verify(
            b -> {
              b.delete(Family.EXPIRY, Keys.expiry(150, KEY));
              Samples.put(b, armed);
            });
    assertThat(rearmed.faults()).isEmpty();
    assertThat(rearmed.contentHash()).isEqualTo(plain.contentHash());
    BindingRecord moved = binding();
    moved.put(Samples.lease(ADDRESS, 100, 201));
    assertThat(verify(b -> Samples.put(b, moved)).contentHash()).isNotEqualTo(plain.contentHash());
    Tombstone later = new Tombstone(Samples.CLIENT, 6, 1, 1, 20);
    assertThat(
            verify(b -> b.put(Family.LEASE, Keys.lease(0, BURIED), LeaseRow.ended(later).encode()))
                .contentHash())
        .isNotEqualTo(plain.contentHash());
    Settings settings = Settings.newBuilder().setRetainEndedSeconds(60).build();
    assertThat(
            verify(b -> b.put(Family.META, MetaKey.SETTINGS.octets(), MetaRow.message(settings)))
                .contentHash())
        .isNotEqualTo(plain.contentHash());
  }
}
