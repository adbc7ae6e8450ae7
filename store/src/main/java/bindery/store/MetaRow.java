package bindery.store;

import bindery.log.v1.Identity;
import bindery.log.v1.Jobs;
import bindery.log.v1.Link;
import bindery.log.v1.Settings;
import bindery.log.v1.Source;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;

/**
 * Values of the families {@code meta}, {@code link} and {@code source}.
 *
 * <pre>
 * applied                           = format(1)=01 term(8) index(8)
 * cluster-time                      = format(1)=01 milliseconds-since-1970(8)
 * level                             = format(1)=01 level(8)
 * links-changed                     = format(1)=01 index(8)
 * link-id, source-id, feeder-id     = format(1)=01 id(8)
 * carried-relay-id, -remote-id      = format(1)=01
 * identity, settings, jobs           = format(1)=01 message    ; bindery.log.v1, protobuf
 * link, source                      = format(1)=01 message    ; bindery.log.v1, protobuf
 * </pre>
 *
 * <p>{@code 01 0000000000000003 00000000000004d2}: applied up to index 1234 of term 3.
 */
final class MetaRow {
  private static final int FORMAT = 1;

  private MetaRow() {}

  /** The value of {@link MetaKey#APPLIED}. */
  static byte[] applied(AppliedIndex applied) {
    return new OctetWriter(17).u8(FORMAT).u64(applied.term()).u64(applied.index()).toArray();
  }

  /** Reads the value of {@link MetaKey#APPLIED}. */
  static AppliedIndex parseApplied(byte[] row) {
    OctetReader in = new OctetReader("meta row applied", row);
    in.format(FORMAT);
    AppliedIndex applied = new AppliedIndex(in.i64(), in.i64());
    in.end();
    return applied;
  }

  /** What the rows hold as applied; {@link AppliedIndex#NONE} before the first entry. */
  static AppliedIndex readApplied(RowReader rows) {
    byte[] row = rows.get(MetaKey.APPLIED);
    return row == null ? AppliedIndex.NONE : parseApplied(row);
  }

  /** The number in that row; 0 if there is none. */
  static long readNumber(RowReader rows, MetaKey key) {
    byte[] row = rows.get(key);
    return row == null ? 0 : parseNumber(key, row);
  }

  /** The value of {@link MetaKey#CLUSTER_TIME}, {@link MetaKey#LEVEL}, or any other one number. */
  static byte[] number(long value) {
    return new OctetWriter(9).u8(FORMAT).u64(value).toArray();
  }

  /** Reads what {@link #number} wrote. */
  static long parseNumber(MetaKey key, byte[] row) {
    OctetReader in = new OctetReader("meta row " + key.label(), row);
    in.format(FORMAT);
    long value = in.i64();
    in.end();
    return value;
  }

  /** The value of a row that only has to be there. */
  static byte[] mark() {
    return new byte[] {FORMAT};
  }

  /** The value that holds a message of the log's grammar. */
  static byte[] message(MessageLite message) {
    byte[] encoded = message.toByteArray();
    return new OctetWriter(1 + encoded.length).u8(FORMAT).bytes(encoded).toArray();
  }

  /** Reads the value of {@link MetaKey#IDENTITY}. */
  static Identity parseIdentity(byte[] row) {
    return parse("meta row identity", Identity.parser(), row);
  }

  /** Reads the value of {@link MetaKey#SETTINGS}. */
  static Settings parseSettings(byte[] row) {
    return parse("meta row settings", Settings.parser(), row);
  }

  /** Reads the value of {@link MetaKey#JOBS}. */
  static Jobs parseJobs(byte[] row) {
    return parse("meta row jobs", Jobs.parser(), row);
  }

  /** Reads a value of the {@code link} family. */
  static Link parseLink(byte[] row) {
    return parse("link row", Link.parser(), row);
  }

  /** Reads a value of the {@code source} family. */
  static Source parseSource(byte[] row) {
    return parse("source row", Source.parser(), row);
  }

  /**
   * Reads what {@link #message} wrote.
   *
   * @param what names the row in messages
   * @throws StoreException if it is corrupt or of a newer format
   */
  static <T> T parse(String what, Parser<T> parser, byte[] row) {
    OctetReader in = new OctetReader(what, row);
    in.format(FORMAT);
    try {
      return parser.parseFrom(row, in.at(), in.remaining());
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException(
          "corrupt " + what + " of " + row.length + " octets; " + StoreException.REMEDY, e);
    }
  }
}
