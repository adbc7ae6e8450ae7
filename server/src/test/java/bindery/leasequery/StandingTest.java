package bindery.leasequery;

import static bindery.leasequery.RawRequestor.REPLY;
import static bindery.leasequery.RawRequestor.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.leasequery.RawRequestor.Message;
import bindery.query.FedStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a store says that cannot vouch for an empty answer, and a front that cannot start. */
final class StandingTest {
  private static final String LINK = "20010db8000a00000000000000001234";

  // V-26, S-12: of a store that was never fed nothing is told, and the reason is named.
  @ParameterizedTest
  @CsvSource({
    "1, 00050018" + LINK + "0000000000000000",
    "2, 0001000a0003000102005e000001",
    "3, 0035000a0003000102005e1000aa",
    "4, ''",
    "5, 0025000c000000096d6f64656d2d3137"
  })
  void query_neverFed_isTerminatedAndTheConnectionClosed(
      int type, String options, @TempDir Path folder) throws IOException {
    try (FedStore store = FedStore.neverFed(folder);
        Front front = new Front(store).start();
        RawRequestor requestor = front.connect()) {
      requestor.send(query(1, type, LINK, options));

      List<Message> all = requestor.readAll();
      assertThat(all).hasSize(1);
      assertThat(all.get(0).type()).isEqualTo(REPLY);
      assertThat(all.get(0).status()).isEqualTo(11);
      assertThat(all.get(0).statusText()).contains("fed");
      assertThat(all.get(0).data(2)).isEqualTo(FedStore.SERVER.toString());
    }
  }

  // S-31: without the cluster's DUID no reply is valid, so none is given.
  @Test
  void query_beforeTheClusterHasAnIdentity_isClosedWithoutReply(@TempDir Path folder)
      throws IOException {
    try (FedStore store = FedStore.withoutIdentity(folder);
        Front front = new Front(store).start();
        RawRequestor requestor = front.connect()) {
      assertThat(requestor.send(query(1, 4, LINK, "")).readAll()).isEmpty();
    }
  }

  // S-01
  @Test
  void start_addressInUse_namesItAndTheOption(@TempDir Path folder) throws IOException {
    try (FedStore store = FedStore.neverFed(folder);
        Front front = new Front(store).start()) {
      LeasequeryOptions same = front.options(front.address());

      assertThatThrownBy(
              () -> LeasequeryServer.start(same, store::barrier, store::view, fault -> {}))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(String.valueOf(front.address().getPort()))
          .hasMessageContaining("leasequery.listen");
    }
  }

  // T-21
  @Test
  void bindFailure_forWantOfARight_namesTheCapability() {
    assertThat(
            LeasequeryServer.bindFailure(
                InetSocketAddress.createUnresolved("::1", 547),
                "leasequery.listen",
                new SocketException("Permission denied")))
        .contains("547")
        .contains("CAP_NET_BIND_SERVICE")
        .contains("leasequery.listen");
  }
}
