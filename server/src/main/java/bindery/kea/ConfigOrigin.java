package bindery.kea;

import java.io.IOException;

/** Where the configuration of a Kea is had from. One thread. */
public interface ConfigOrigin {
  /** Its name, for messages. */
  String name();

  /**
   * Another text than last time if the configuration may have changed since; cheap to ask for.
   *
   * @throws IOException if there is nothing to be had from it
   */
  String mark() throws IOException;

  /**
   * The configuration: JSON with Kea's liberties, an object with {@code Dhcp6} in it.
   *
   * @throws KeaRefusedException if Kea answers, and does not tell it
   * @throws java.net.ConnectException if there is no Kea to ask, nor any to feed for
   * @throws IOException if it cannot be had now
   * @throws KeaFormatException if what is there cannot be one
   */
  byte[] read() throws IOException, KeaFormatException, InterruptedException;
}
