package bindery.store;

import java.nio.charset.StandardCharsets;

/** The rows of the {@code meta} family; {@link MetaRow} knows their values. */
enum MetaKey {
  /** Term and index of the last applied entry. */
  APPLIED("applied"),
  /** The instant the log has reached. */
  CLUSTER_TIME("cluster-time"),
  /** The level whose rules the cluster follows. */
  LEVEL("level"),
  /** The cluster's name, DUID and incarnation. */
  IDENTITY("identity"),
  /** The index of the last entry that changed a link; {@link BindingStore} keeps it. */
  LINKS_CHANGED("links-changed"),
  /** The settings that decide rows. */
  SETTINGS("settings"),
  /** The jobs that are not done. */
  JOBS("jobs"),
  /** The last id given to a link. */
  LINK_ID("link-id"),
  /** The last id given to a source. */
  SOURCE_ID("source-id"),
  /** The last id given to a feeder. */
  FEEDER_ID("feeder-id"),
  /** There if a binding ever carried a relay-ID. */
  CARRIED_RELAY_ID("carried-relay-id"),
  /** There if a binding ever carried a remote-ID. */
  CARRIED_REMOTE_ID("carried-remote-id");

  private final String label;

  MetaKey(String label) {
    this.label = label;
  }

  /** The key on disk, in a new array. */
  byte[] octets() {
    return label.getBytes(StandardCharsets.US_ASCII);
  }

  /** The key as text. */
  String label() {
    return label;
  }
}
