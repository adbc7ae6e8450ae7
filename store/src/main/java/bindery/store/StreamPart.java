package bindery.store;

/**
 * The ready-made part of a binding's row that answers are copied from: CLIENT_DATA options in wire
 * form whose lifetime slots hold absolute ends, then relay data and returnable options apart.
 *
 * <p>A view over octets that its cursor reuses: valid until the cursor moves, one thread only.
 * Instants are seconds since 2000 ({@link bindery.model.DhcpTime}).
 */
public final class StreamPart {
  private byte[] octets = new byte[0];
  private int offset;
  private int length;

  StreamPart() {}

  void wrap(byte[] row, int from, int size) {
    octets = row;
    offset = from;
    length = size;
  }

  /** The instant of the last exchange with the client on this link. */
  public long cltt() {
    throw new UnsupportedOperationException();
  }

  /** The cluster time of the last change of the binding, for time windows (S-74). */
  public long lastChange() {
    throw new UnsupportedOperationException();
  }

  /** Whether some lease has not ended at {@code now}. */
  public boolean isLive(long now) {
    throw new UnsupportedOperationException();
  }

  /** The client's DUID, for tools; the hot path copies it as part of the head. */
  public bindery.model.Duid client() {
    throw new UnsupportedOperationException();
  }

  /** Octets that {@link #copyHead} writes: the CLIENTID and CLT_TIME options. */
  public int headSize() {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes the CLIENTID and CLT_TIME options, the latter as the age at {@code now}: 0 for a CLT in
   * the future, at most 2^32-1 (S-57).
   *
   * @return the offset behind them
   */
  public int copyHead(byte[] target, int targetOffset, long now) {
    throw new UnsupportedOperationException();
  }

  /** Octets that all lease options take at most. */
  public int leasesSize() {
    throw new UnsupportedOperationException();
  }

  /** Starts over with the first lease for {@link #copyLeases}. */
  public void rewind() {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes whole IAADDR and IAPREFIX options of leases live at {@code now}, with lifetimes
   * remaining (S-58), from where the last call stopped until the next would not fit into {@code
   * room}.
   *
   * @return the offset behind the last one written; {@code targetOffset} if none was
   */
  public int copyLeases(byte[] target, int targetOffset, int room, long now) {
    throw new UnsupportedOperationException();
  }

  /** Whether live leases at {@code now} are left behind the last {@link #copyLeases}. */
  public boolean hasMoreLeases(long now) {
    throw new UnsupportedOperationException();
  }

  /** Octets of the data of OPTION_LQ_RELAY_DATA; 0 if the last exchange was a direct one. */
  public int relayDataSize() {
    throw new UnsupportedOperationException();
  }

  /** Writes the data of OPTION_LQ_RELAY_DATA, without option header; returns the offset behind. */
  public int copyRelayData(byte[] target, int targetOffset) {
    throw new UnsupportedOperationException();
  }

  /** Octets of the returnable options together. */
  public int optionsSize() {
    throw new UnsupportedOperationException();
  }

  /** Writes all returnable options, whole, back to back; returns the offset behind them. */
  public int copyOptions(byte[] target, int targetOffset) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String toString() {
    return "stream part of " + length + " octets at " + offset + " of " + octets.length;
  }
}
