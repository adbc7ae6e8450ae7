package bindery.store;

/**
 * Whether any binding ever carried a relay-ID, or a remote-ID: while none did, queries by them are
 * of a type that this server does not support. Written once each.
 */
final class CarriedIds {
  private boolean relay;
  private boolean remote;
  private boolean relayKnown;
  private boolean remoteKnown;

  /** What the rows say already. */
  CarriedIds(RowReader rows) {
    relayKnown = rows.get(MetaKey.CARRIED_RELAY_ID) != null;
    remoteKnown = rows.get(MetaKey.CARRIED_REMOTE_ID) != null;
    relay = relayKnown;
    remote = remoteKnown;
  }

  /** Takes note of a binding that is written. */
  void note(BindingRecord binding) {
    relay |= !binding.relayIds().isEmpty();
    remote |= !binding.remoteIds().isEmpty();
  }

  /** Puts what became true. */
  void writeTo(RowBatch batch) {
    if (relay && !relayKnown) {
      batch.put(Family.META, MetaKey.CARRIED_RELAY_ID.octets(), MetaRow.mark());
      relayKnown = true;
    }
    if (remote && !remoteKnown) {
      batch.put(Family.META, MetaKey.CARRIED_REMOTE_ID.octets(), MetaRow.mark());
      remoteKnown = true;
    }
  }
}
