package bindery.kea;

import static bindery.kea.Rows.CONTEXT;
import static bindery.kea.Rows.HEADER;
import static bindery.kea.Rows.address;
import static bindery.kea.Rows.cell;
import static bindery.kea.Rows.prefix;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.kea.LeaseRow.LeftOut;
import bindery.kea.LeaseRow.Malformed;
import bindery.kea.LeaseRow.Update;
import bindery.model.Bytes;
import bindery.v1.EndReason;
import bindery.v1.Exchange;
import bindery.v1.LeaseKind;
import bindery.v1.LeaseUpdate;
import bindery.v1.LeaseUpdate.Operation;
import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule of Kea's lease file by an example. */
final class LeaseFileReaderTest {
  private final Path folder;

  LeaseFileReaderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private List<LeaseRow> read(String... rows) throws Exception {
    return Rows.read(Rows.write(folder.resolve("leases.csv"), rows));
  }

  private Exchange exchange(String row) throws Exception {
    return ((Update) read(row).get(0)).exchange();
  }

  private LeaseUpdate lease(String row) throws Exception {
    Exchange exchange = exchange(row);
    assertThat(exchange.getLeasesCount()).isEqualTo(1);
    return exchange.getLeases(0);
  }

  private String fault(String row) throws Exception {
    return ((Malformed) read(row).get(0)).fault();
  }

  private static ByteString hex(String digits) {
    return ByteString.copyFrom(Bytes.parseHex(digits).toArray());
  }

  @Test
  void row_delegationOverOneRelay_holdsAllThatTheFileSays() throws Exception {
    Exchange exchange = exchange(prefix(cell("user_context", CONTEXT), cell("pool_id", 7)));

    assertThat(exchange.getClient()).isEqualTo(hex("00030001001122334455"));
    assertThat(exchange.getCltt()).isEqualTo(1788000000L);
    assertThat(exchange.getSubnetId()).isEqualTo(1024);
    assertThat(exchange.getCopy()).isFalse();
    assertThat(exchange.getRelaySource().isEmpty()).isTrue(); // T-10: the file does not hold it
    LeaseUpdate lease = exchange.getLeases(0);
    assertThat(lease.getOperation()).isEqualTo(Operation.PUT);
    assertThat(lease.getKind()).isEqualTo(LeaseKind.PREFIX);
    assertThat(lease.getAddress()).isEqualTo(hex("20010db8cafe42000000000000000000"));
    assertThat(lease.getPrefixLength()).isEqualTo(56);
    assertThat(lease.getValid()).isEqualTo(7200);
    assertThat(lease.getPreferred()).isEqualTo(4500);
    assertThat(lease.getIaid()).isEqualTo(1);
    assertThat(lease.getPoolId()).isEqualTo(7);
    assertThat(exchange.getRelaysList()).hasSize(1);
    assertThat(exchange.getRelays(0).getLinkAddress())
        .isEqualTo(hex("20010db8010000000000000000000001"));
    assertThat(exchange.getRelays(0).getPeerAddress())
        .isEqualTo(hex("fe80000000000000021122fffe334455"));
    assertThat(exchange.getRelays(0).getOptions())
        .isEqualTo(
            hex(
                "0012000d78652d302f302f332e31303031"
                    + "0025000b00007ed9706f72742d3137"
                    + "0035000a0003000102005e100001"));
  }

  @Test
  void row_address_isOneOfLength128() throws Exception {
    LeaseUpdate lease = lease(address());

    assertThat(lease.getKind()).isEqualTo(LeaseKind.ADDRESS);
    assertThat(lease.getPrefixLength()).isEqualTo(128);
  }

  @Test
  void row_withoutContext_isADirectExchange() throws Exception {
    assertThat(exchange(address()).getRelaysList()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "3, 0, RELEASED", // released with affinity
    "0, 0, RELEASED", // deleted
    "2, 7200, EXPIRED",
    "2, 0, EXPIRED",
    "3, 7200, RELEASED"
  })
  void row_endedByStateOrLifetime_isAnEnd(int state, long valid, EndReason reason)
      throws Exception {
    Exchange exchange =
        exchange(
            prefix(
                cell("state", state),
                cell("valid_lifetime", valid),
                cell("expire", 1788000000L + valid),
                cell("user_context", CONTEXT)));

    assertThat(exchange.getLeases(0).getOperation()).isEqualTo(Operation.END);
    assertThat(exchange.getLeases(0).getEndReason()).isEqualTo(reason);
    assertThat(exchange.getClient()).isEqualTo(hex("00030001001122334455"));
    assertThat(exchange.getCltt()).isEqualTo(1788000000L);
    // Without them a release of the newest CLT would pass for a direct exchange.
    assertThat(exchange.getRelaysCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"00", "00:00:00", "00:03:00:01:00:11:22:33:44:55", "not a duid"})
  void row_declined_endsTheAddressOfWhomever(String duid) throws Exception {
    Exchange exchange = exchange(address(cell("state", 1), cell("duid", duid)));

    assertThat(exchange.getClient().isEmpty()).isTrue();
    assertThat(exchange.getLeases(0).getOperation()).isEqualTo(Operation.END);
    assertThat(exchange.getLeases(0).getEndReason()).isEqualTo(EndReason.DECLINED);
  }

  @ParameterizedTest
  @CsvSource({"2, 00", "2, 00:00:00", "0, 00:00:00"})
  void row_reclaimedAfterADecline_endsTheAddressOfWhomever(int state, String duid)
      throws Exception {
    Exchange exchange =
        exchange(address(cell("state", state), cell("duid", duid), cell("valid_lifetime", 0)));

    assertThat(exchange.getClient().isEmpty()).isTrue();
    assertThat(exchange.getLeases(0).getEndReason()).isEqualTo(EndReason.DECLINED);
  }

  @Test
  void row_heldByNoClient_isMalformed() throws Exception {
    assertThat(fault(address(cell("duid", "00:00:00")))).contains("no client");
  }

  @Test
  void row_infiniteLifetime_hasItsCltAsFarBeforeItsEnd() throws Exception {
    Exchange exchange =
        exchange(
            address(
                cell("valid_lifetime", 4294967295L),
                cell("pref_lifetime", 4294967295L),
                cell("expire", 1788000000L + 4294967295L)));

    assertThat(exchange.getCltt()).isEqualTo(1788000000L);
    assertThat(exchange.getLeases(0).getValid()).isEqualTo(-1);
    assertThat(exchange.getLeases(0).getPreferred()).isEqualTo(-1);
  }

  @Test
  void row_infiniteInADumpOfADatabase_hasItsCltAsItsEnd() throws Exception {
    assertThat(
            exchange(address(cell("valid_lifetime", 4294967295L), cell("expire", 1788000000L)))
                .getCltt())
        .isEqualTo(1788000000L);
  }

  @ParameterizedTest
  @CsvSource({"-1, -1", "4294967295, -1", "-2147483648, -2147483648", "7, 7"})
  void row_iaidSignedOrNot_isTheSame32Bits(String text, int iaid) throws Exception {
    assertThat(lease(address(cell("iaid", text))).getIaid()).isEqualTo(iaid);
  }

  @ParameterizedTest
  @CsvSource({"1, 0, TEMPORARY_ADDRESS", "0, 4, REGISTERED", "1, 1, TEMPORARY_ADDRESS"})
  void row_ofNoStatefulLease_isLeftOut(int type, int state, LeaseRow.Reason reason)
      throws Exception {
    List<LeaseRow> rows = read(address(cell("lease_type", type), cell("state", state)));

    assertThat(rows).singleElement().isInstanceOf(LeftOut.class);
    assertThat(((LeftOut) rows.get(0)).reason()).isEqualTo(reason);
  }

  @Test
  void rows_ofOneAddress_comeInTheirOrder() throws Exception {
    List<LeaseRow> rows =
        read(
            address(),
            address(cell("valid_lifetime", 0), cell("expire", 1788000000L)),
            address(cell("duid", "00:03:00:01:02:02:02:02:02:02")));

    assertThat(rows)
        .extracting(row -> ((Update) row).exchange().getLeases(0).getOperation())
        .containsExactly(Operation.PUT, Operation.END, Operation.PUT);
    assertThat(rows).extracting(LeaseRow::line).containsExactly(2L, 3L, 4L);
  }

  @ParameterizedTest
  @CsvSource({
    "address, nonsense, address: not an IPv6 address",
    "address, 10.0.0.1, address: not an IPv6 address",
    "address, 2001:db8:cafe:42ff::1, address: bits set beyond the length",
    "duid, 00:0x, duid: not hexadecimal",
    "duid, 00:01, duid: a DUID of 2 octets",
    "valid_lifetime, 4294967296, 'valid_lifetime is \"4294967296\" (expected a number'",
    "valid_lifetime, -1, valid_lifetime is",
    "expire, 100, 'expire is 100 (expected at least valid_lifetime, 7200)'",
    "subnet_id, '', subnet_id is",
    "lease_type, 3, lease_type is",
    "prefix_len, 0, prefix_len is",
    "prefix_len, 129, prefix_len is",
    "state, 5, state is",
    "iaid, 4294967296, iaid is",
    "pref_lifetime, x, pref_lifetime is",
    "hwaddr, zz, hwaddr:",
    "pool_id, -1, pool_id is",
    "user_context, [], user_context: not a JSON object",
    "user_context, {, user_context: not JSON",
    "user_context, '{ \"ISC\": { \"relay-info\": 5 } }', the relays are no list",
    "user_context, '{ \"ISC\": { \"relays\": [ { \"hop\": 300 } ] } }', hop is 300",
    "user_context, '{ \"ISC\": { \"relays\": [ { \"hop\": 0 } ] } }', link is missing",
    "user_context, '{ \"ISC\": { \"relays\": [ 1 ] } }', hop is missing"
  })
  void row_badCell_isNamedWithWhatWasExpected(String column, String text, String message)
      throws Exception {
    assertThat(fault(prefix(cell(column, text)))).contains(message);
  }

  @Test
  void row_addressWithAPrefixLength_isMalformed() throws Exception {
    assertThat(fault(address(cell("prefix_len", 64)))).contains("prefix_len is");
  }

  @Test
  void rows_badOneAmongGood_isSkippedWithFileAndLine() throws Exception {
    List<LeaseRow> rows = read(address(), "one,two,three", "", prefix());

    assertThat(rows.get(0)).isInstanceOf(Update.class);
    assertThat(rows.get(1))
        .isEqualTo(
            new Malformed(
                folder.resolve("leases.csv").toString(),
                3,
                "3 columns (expected 18, as in the header)"));
    assertThat(rows.get(2)).isInstanceOf(Malformed.class);
    assertThat(rows.get(3)).isInstanceOf(Update.class);
  }

  @Test
  void row_tooLongToHold_isSkipped() throws Exception {
    List<LeaseRow> rows =
        read(address(cell("hostname", "x".repeat(LineReader.LINE_BYTES_MAX))), address());

    assertThat(((Malformed) rows.get(0)).fault()).contains("more than 1048576 octets");
    assertThat(rows.get(1)).isInstanceOf(Update.class);
  }

  @Test
  void file_lastRowNotEnded_isLeftOutAndCounted() throws Exception {
    Path file =
        Rows.writeText(
            folder.resolve("leases.csv"),
            HEADER + "\n" + address() + "\n" + prefix().substring(0, 60));

    List<LeaseRow> rows = Rows.read(file);
    assertThat(rows).hasSize(2);
    assertThat(((LeaseRow.LeftOut) rows.get(1)).reason()).isEqualTo(LeaseRow.Reason.UNFINISHED);
    assertThat(rows.get(1).line()).isEqualTo(3);
  }

  @Test
  void header_behindAByteOrderMark_isRead() throws Exception {
    Path file = folder.resolve("leases.csv");
    Files.writeString(file, "\ufeff" + HEADER + "\n" + address() + "\n");

    assertThat(Rows.read(file)).hasSize(1);
  }

  @Test
  void header_ofAnOlderVersionInAnotherOrder_isReadByName() throws Exception {
    Path file =
        Rows.writeText(
            folder.resolve("leases.csv"),
            "iaid,address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,prefix_len,"
                + "fqdn_fwd,fqdn_rev,hostname\n"
                + "9,2001:db8::5,00:03:00:01:00:11:22:33:44:55,7200,1788007200,1,4500,0,128,0,0,h\n");

    Exchange exchange = ((Update) Rows.read(file).get(0)).exchange();

    assertThat(exchange.getLeases(0).getIaid()).isEqualTo(9);
    assertThat(exchange.getLeases(0).getOperation()).isEqualTo(Operation.PUT);
    assertThat(exchange.getLeases(0).getHostname()).isEqualTo("h");
  }

  @Test
  void header_ofSomethingElse_namesWhatIsMissing() {
    Path file = Rows.writeText(folder.resolve("l.csv"), "address,hwaddr,client_id,expire\n");

    assertThatThrownBy(() -> Rows.read(file))
        .isInstanceOf(KeaFormatException.class)
        .hasMessageContaining(file + ":1")
        .hasMessageContaining("no column duid, valid_lifetime, subnet_id");
  }

  @Test
  void header_columnTwice_isRefused() {
    Path file = Rows.writeText(folder.resolve("l.csv"), HEADER + ",duid\n");

    assertThatThrownBy(() -> Rows.read(file)).hasMessageContaining("duid stands twice");
  }

  @Test
  void file_empty_isRefused() {
    Path file = Rows.writeText(folder.resolve("l.csv"), "");

    assertThatThrownBy(() -> Rows.read(file)).hasMessageContaining("no header line");
  }

  @Test
  void file_missing_isNamed() {
    assertThatThrownBy(() -> Rows.read(folder.resolve("none.csv")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("none.csv");
  }

  @Test
  void set_beforeTheCleanUp_isReadOldestFirst() throws Exception {
    Path base = Rows.write(folder.resolve("l.csv"), address(cell("subnet_id", 3)));
    Rows.write(folder.resolve("l.csv.1"), address(cell("subnet_id", 2)));
    Rows.write(folder.resolve("l.csv.2"), address(cell("subnet_id", 1)));

    assertThat(subnets(base)).containsExactly(1L, 2L, 3L);
  }

  @Test
  void set_withACompletedCleanUp_isReadFromThat() throws Exception {
    Path base = Rows.write(folder.resolve("l.csv"), address(cell("subnet_id", 3)));
    Rows.write(folder.resolve("l.csv.1"), address(cell("subnet_id", 2)));
    Rows.write(folder.resolve("l.csv.2"), address(cell("subnet_id", 1)));
    Rows.write(folder.resolve("l.csv.completed"), address(cell("subnet_id", 9)));

    assertThat(subnets(base)).containsExactly(9L, 3L);
  }

  @Test
  void set_newFileStillEmpty_isReadFromTheOthers() throws Exception {
    Path base = Rows.writeText(folder.resolve("l.csv"), "");
    Rows.write(folder.resolve("l.csv.1"), address(cell("subnet_id", 2)));

    assertThat(subnets(base)).containsExactly(2L);
  }

  @Test
  void set_renamedWhileRead_isReadToTheEndAllTheSame() throws Exception {
    Path base = Rows.write(folder.resolve("l.csv"), address(), prefix());

    try (LeaseFileReader reader = LeaseFileReader.open(base)) {
      assertThat(reader.next()).isNotNull();
      Files.move(base, folder.resolve("l.csv.1"));
      assertThat(reader.next()).isNotNull();
      assertThat(reader.next()).isNull();
      assertThat(reader.bytesRead()).isEqualTo(reader.bytesTotal());
    }
  }

  private static List<Long> subnets(Path base) throws Exception {
    return Rows.read(base).stream().map(row -> ((Update) row).exchange().getSubnetId()).toList();
  }
}
