package bindery.kea.ha;

import bindery.kea.ConfigGet;
import bindery.kea.KeaRefusedException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.util.List;

/**
 * The configuration as the first of the servers of a pair tells it that does, at the listener of
 * its high availability. Many a Kea allows its peers few commands there, and refuses this one.
 */
final class ListenerConfig implements ConfigGet.Asker {
  private final List<KeaServer> keas;

  /** Of those servers, one at least. */
  ListenerConfig(List<KeaServer> keas) {
    this.keas = List.copyOf(keas);
  }

  @Override
  public JsonNode ask() throws IOException, InterruptedException {
    IOException worst = new ConnectException("no Kea named");
    for (KeaServer kea : keas) {
      try {
        return kea.configuration();
      } catch (IOException e) {
        // A refusal says more than silence, and holds for both.
        worst = worst instanceof KeaRefusedException ? worst : e;
      }
    }
    throw worst;
  }
}
