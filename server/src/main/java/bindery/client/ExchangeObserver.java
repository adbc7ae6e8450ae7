package bindery.client;

import java.net.InetSocketAddress;

/**
 * Who is shown the octets of connections as they go out and come in, such as a capture.
 *
 * <p>Called by the thread that uses the connection, which goes on when the call returns; {@link
 * #closed} by the thread that closes it. What a call throws ends the asking.
 */
public interface ExchangeObserver {
  /** Looks at nothing. */
  ExchangeObserver NONE =
      new ExchangeObserver() {
        @Override
        public void opened(InetSocketAddress local, InetSocketAddress remote) {}

        @Override
        public void sent(byte[] octets) {}

        @Override
        public void received(byte[] octets, int offset, int length) {}

        @Override
        public void closed() {}
      };

  /** A connection was made; what follows belongs to it until it is closed. */
  void opened(InetSocketAddress local, InetSocketAddress remote);

  /**
   * A query was sent.
   *
   * @param octets the whole frame, its message-size in front; not kept
   */
  void sent(byte[] octets);

  /**
   * A message came, or, as the last before the end, a part of one.
   *
   * @param octets holds it only during the call
   * @param offset where it starts: at its message-size
   * @param length octets of it, its message-size included; at most 65,537
   */
  void received(byte[] octets, int offset, int length);

  /** The connection is gone. */
  void closed();
}
