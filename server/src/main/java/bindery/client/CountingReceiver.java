package bindery.client;

import bindery.wire.ClientData;
import bindery.wire.LeaseQuery;
import java.util.OptionalLong;

/**
 * Counts messages and octets of answers, and leaves the data in them alone.
 *
 * <p>Not for several threads.
 */
public final class CountingReceiver implements AnswerReceiver {
  private long messages;
  private long octets;

  @Override
  public void message(LeaseQuery query, byte[] message, int offset, int length) {
    messages++;
    octets += length;
  }

  @Override
  public void clientData(LeaseQuery query, OptionalLong baseTime, ClientData data) {
    throw new IllegalStateException("client data for a receiver that wants none");
  }

  @Override
  public boolean wantsClientData() {
    return false;
  }

  /** Messages of all types so far. */
  public long messages() {
    return messages;
  }

  /** Octets of these messages so far, without the message-size in front of each. */
  public long octets() {
    return octets;
  }
}
