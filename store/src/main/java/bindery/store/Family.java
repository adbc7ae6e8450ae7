package bindery.store;

import java.nio.charset.StandardCharsets;

/**
 * The column families of a store. Their names are part of the format on disk; {@link Schema} says
 * what each holds.
 */
enum Family {
  /** The truth: a row for each binding. */
  BINDING("binding", true),
  /** By relay-ID: the stream part of each binding again. */
  RELAY("relay", false),
  /** By remote-ID: keys alone. */
  REMOTE("remote", false),
  /** By client: keys alone. */
  CLIENT("client", false),
  /** The owner, or the tombstone, of each address and prefix. */
  LEASE("lease", true),
  /** By the instant at which the purge must look: keys alone. */
  EXPIRY("expiry", false),
  /** The topology. */
  LINK("link", false),
  /** Sources and their feeders. */
  SOURCE("source", true),
  /** What there is one of. */
  META("meta", true);

  private final String label;
  private final boolean pointRead;

  Family(String label, boolean pointRead) {
    this.label = label;
    this.pointRead = pointRead;
  }

  /** The name of the column family on disk. */
  String label() {
    return label;
  }

  /** The name on disk as octets. */
  byte[] labelOctets() {
    return label.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether rows are got by their exact key, so that a Bloom filter pays. */
  boolean isPointRead() {
    return pointRead;
  }
}
