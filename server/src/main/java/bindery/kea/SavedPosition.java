package bindery.kea;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;

/**
 * How far a follower has come, in the form in which it is kept: everything before it is
 * acknowledged.
 *
 * <pre>{@code
 * Text   := "bindery-position 1" LF (name " " value LF)* "crc32 " hex LF      in this order, UTF-8
 *
 * source, feeder, file     whose it is: the names, and the absolute path of the lease file
 * epoch, sequence          of the last item that was acknowledged
 * incarnation              of the cluster, hexadecimal
 * swept                    whether the last full resync could tell everything
 * device, inode            which file was read last ...
 * offset, line             ... up to where ...
 * row-bytes, row-crc32     ... and its last row, with its line feed
 * crc32                    of all the lines before
 * }</pre>
 */
record SavedPosition(
    Owner owner,
    long epoch,
    long sequence,
    ByteString incarnation,
    boolean isSwept,
    FilePosition position) {
  private static final String FIRST_LINE = "bindery-position 1";
  private static final List<String> NAMES =
      List.of(
          "source",
          "feeder",
          "file",
          "epoch",
          "sequence",
          "incarnation",
          "swept",
          "device",
          "inode",
          "offset",
          "line",
          "row-bytes",
          "row-crc32");
  private static final HexFormat HEX = HexFormat.of();

  /**
   * Whose position it is.
   *
   * @param file the absolute path of the lease file; without a line feed
   */
  record Owner(String source, String feeder, String file) {
    @Override
    public String toString() {
      return "source " + source + ", feeder " + feeder + ", file " + file;
    }
  }

  /** As it is kept. */
  String text() {
    List<String> values =
        List.of(
            owner.source(),
            owner.feeder(),
            owner.file(),
            String.valueOf(epoch),
            String.valueOf(sequence),
            HEX.formatHex(incarnation.toByteArray()),
            String.valueOf(isSwept),
            String.valueOf(position.file().device()),
            String.valueOf(position.file().inode()),
            String.valueOf(position.offset()),
            String.valueOf(position.line()),
            String.valueOf(position.rowBytes()),
            HEX.toHexDigits(position.rowCrc()));
    StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
    for (int i = 0; i < values.size(); i++) {
      text.append(NAMES.get(i)).append(' ').append(values.get(i)).append('\n');
    }
    return text + "crc32 " + checksum(text.toString()) + "\n";
  }

  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return HEX.toHexDigits((int) crc.getValue());
  }

  /**
   * Reads what {@link #text} made.
   *
   * @throws KeaFormatException if it is anything else; the message says what was expected
   */
  static SavedPosition parse(String text) throws KeaFormatException {
    if (!text.startsWith("bindery-position ")) {
      throw new KeaFormatException("not a position (expected the first line " + FIRST_LINE + ")");
    }
    int last = text.lastIndexOf("crc32 ");
    if (!text.startsWith(FIRST_LINE + "\n")) {
      throw new KeaFormatException(
          "of another format (expected the first line " + FIRST_LINE + ")");
    }
    String before = text.substring(0, Math.max(0, last));
    if (!text.substring(before.length()).equals("crc32 " + checksum(before) + "\n")) {
      throw new KeaFormatException("damaged (expected the last line to be its CRC-32)");
    }
    Map<String, String> values = new HashMap<>();
    before
        .lines()
        .skip(1)
        .forEach(
            line -> {
              int space = Math.max(0, line.indexOf(' '));
              values.put(line.substring(0, space), line.substring(space + 1));
            });
    if (!values.keySet().containsAll(NAMES)) {
      throw new KeaFormatException("damaged (expected lines for " + String.join(", ", NAMES) + ")");
    }
    try {
      return of(values);
    } catch (IllegalArgumentException e) {
      throw new KeaFormatException("damaged: " + e.getMessage(), e);
    }
  }

  private static SavedPosition of(Map<String, String> values) {
    return new SavedPosition(
        new Owner(value(values, "source"), value(values, "feeder"), value(values, "file")),
        Long.parseLong(value(values, "epoch")),
        Long.parseLong(value(values, "sequence")),
        ByteString.copyFrom(HEX.parseHex(value(values, "incarnation"))),
        Boolean.parseBoolean(value(values, "swept")),
        new FilePosition(
            new FileIdentity(
                Long.parseLong(value(values, "device")), Long.parseLong(value(values, "inode"))),
            Long.parseLong(value(values, "offset")),
            Long.parseLong(value(values, "line")),
            Long.parseLong(value(values, "row-bytes")),
            HexFormat.fromHexDigits(value(values, "row-crc32"))));
  }

  private static String value(Map<String, String> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }
}
