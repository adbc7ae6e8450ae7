package bindery.store;

/**
 * The tables of a store: what each column family holds, and the grammar of its keys.
 *
 * <p>All numbers are big-endian, so that RocksDB's octet order is the order of numbers. Every part
 * of a key but the last has a fixed length or its exact length before it, so that the keys that
 * begin with some parts are one range that runs into no neighbour's. Every value begins with a
 * format octet; where the key says it all, there is no value.
 *
 * <pre>
 * binding = link(4) client                                         => {@link BindingCodec}, the truth
 * relay   = space(2) size(1) relay-ID link(4) client               => {@link StreamPart}, once more
 * remote  = space(2) size(2) enterprise(4) remote-ID link(4) client
 * client  = space(2) size(1) client link(4)
 * lease   = space(2) kind(1) length(1) prefix(16)                  => {@link LeaseRow}
 * expiry  = instant(8) 01 link(4) client
 *         / instant(8) 02 space(2) kind(1) length(1) prefix(16)
 * link    = link(4)                                                => {@link MetaRow}
 * source  = name                                                   => {@link MetaRow}
 * meta    = name                                                   => {@link MetaRow}
 *
 * link    = id of a link; 0 for none known. Never used again
 * client  = DUID, 3..130 octets; so is relay-ID
 * space   = VPN; 0 is the global space
 * kind    = 01 an address, 02 a delegated prefix; so an address is not a delegated /128
 * length  = prefix length, 1..128; 80 (128) for an address
 * prefix  = address octets, no bit set beyond the length
 * instant = seconds since 2000, not negative
 * name    = UTF-8 for a source, ASCII in meta
 * </pre>
 *
 * <p>The octet before the two forms of an expiry key is needed: a binding of a client of 16 octets
 * is as long as a lease key. In {@code remote} the size counts the enterprise number: 5..1,024.
 *
 * <p>Client 00:03:00:01:0a:0b:0c:0d:0e:0f on link 7, behind relay-ID 00:02:00:00:ab:cd:01 and
 * remote-ID 32473:7031, with 2001:db8::1 and 2001:db8:ff00::/56, armed for 768:
 *
 * <pre>
 * binding 00000007 000300010a0b0c0d0e0f
 * relay   0000 07 00020000abcd01 00000007 000300010a0b0c0d0e0f
 * remote  0000 0006 00007ed9 7031 00000007 000300010a0b0c0d0e0f
 * client  0000 0a 000300010a0b0c0d0e0f 00000007
 * lease   0000 01 80 20010db8000000000000000000000001
 * lease   0000 02 38 20010db8ff0000000000000000000000
 * expiry  0000000000000300 01 00000007 000300010a0b0c0d0e0f
 * link    00000007
 * meta    6170706c696564                                           ; "applied"
 * </pre>
 *
 * <p>Each binding has at most one row in {@code expiry}, at the instant that it stores as armed;
 * each tombstone has exactly one, at its end (at 0 if that lies before 2000). The purge adds the
 * time for which ends are kept, so that a change of that setting moves no row.
 *
 * <p>Which formats are written follows from the level that the cluster has, never from the program:
 * two replicas that run two programs write the same octets. A program of a higher level raises
 * {@link #LEVEL_SUPPORTED}, writes its new format from that level on, and still reads all before: a
 * rise rewrites no row, so rows of several formats stand side by side for as long as nobody writes
 * them. What a rule does hangs on the level in the same way.
 */
final class Schema {
  /** The highest level whose rules and formats this program knows. */
  static final int LEVEL_SUPPORTED = 1;

  /** The newest format of rows in {@code binding} and {@code relay} that this program reads. */
  static final int ROW_FORMAT_NEWEST = 1;

  private Schema() {}

  /**
   * The format that rows in {@code binding} and {@code relay} are written in at a level; their
   * first octet says it.
   */
  static int rowFormat(long level) {
    return ROW_FORMAT_NEWEST; // level 1 is all there is
  }
}
