package bindery.store;

import bindery.model.Bytes;
import bindery.model.Duid;

/**
 * What names a binding: a client on a link. Ordered as its octets are on disk.
 *
 * @param link id of the link, unsigned; 0 for none known
 * @param client the client's DUID
 */
record BindingKey(int link, Duid client) implements Comparable<BindingKey> {
  /** Octets of the link id in keys. */
  static final int LINK_SIZE = 4;

  /** The most octets of such a key. */
  static final int SIZE_MAX = LINK_SIZE + Duid.SIZE_MAX;

  /**
   * Reads link id (4) and DUID from {@code offset} to the end of the array.
   *
   * @throws StoreException if that is no DUID
   */
  static BindingKey of(byte[] octets, int offset) {
    return of(octets, offset, octets.length);
  }

  /** Reads link id (4) and DUID from {@code offset} up to {@code end}. */
  static BindingKey of(byte[] octets, int offset, int end) {
    int size = end - offset - LINK_SIZE;
    if (!Duid.isValidSize(size)) {
      throw Keys.corrupt("binding key", octets, "link id (4) and a DUID of 3..130 octets");
    }
    return new BindingKey(
        Octets.getInt(octets, offset), new Duid(Bytes.of(octets, offset + LINK_SIZE, size)));
  }

  /** The key in the {@code binding} family, in a new array. */
  byte[] octets() {
    byte[] octets = new byte[size()];
    copyTo(octets, 0);
    return octets;
  }

  /** How many octets {@link #copyTo} writes. */
  int size() {
    return LINK_SIZE + client.octets().size();
  }

  /** Writes link id (4) and DUID; returns the offset behind them. */
  int copyTo(byte[] target, int offset) {
    Octets.putInt(target, offset, link);
    return client.octets().copyTo(target, offset + LINK_SIZE);
  }

  @Override
  public int compareTo(BindingKey other) {
    int byLink = Integer.compareUnsigned(link, other.link);
    return byLink != 0 ? byLink : client.compareTo(other.client);
  }

  @Override
  public String toString() {
    return "client " + client + " on link " + Integer.toUnsignedString(link);
  }
}
