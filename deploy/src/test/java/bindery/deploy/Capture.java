package bindery.deploy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A second opinion on octets: messages written as a capture, one packet a message, and what
 * Debian's tshark says of each.
 */
final class Capture {
  private static final int LINKTYPE_RAW = 101;

  private Capture() {}

  /** What tshark says of a packet. */
  record Verdict(int messageType, int octets, boolean malformed) {}

  /** Passes the frames of an answer, as sent from {@code port}, through tshark. */
  static List<Verdict> judge(Path folder, int port, List<byte[]> frames)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile(folder, "answer", ".pcap");
    write(file, port, frames);
    Path out = Files.createTempFile(folder, "tshark", ".txt");
    Process process =
        new ProcessBuilder(
                "tshark",
                "-r",
                file.toString(),
                "-o",
                "tcp.analyze_sequence_numbers:FALSE",
                "-d",
                "tcp.port==" + port + ",dhcpv6.bulk_leasequery",
                "-T",
                "fields",
                "-E",
                "separator=;",
                "-e",
                "dhcpv6.bulk_leasequery.msgtype",
                "-e",
                "tcp.len",
                "-e",
                "_ws.malformed")
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("tshark hangs on " + file);
    }
    List<Verdict> verdicts = new ArrayList<>();
    for (String line : Files.readAllLines(out, StandardCharsets.UTF_8)) {
      String[] cells = line.split(";", -1);
      String type =
          cells[0].contains(",") ? cells[0].substring(0, cells[0].indexOf(',')) : cells[0];
      verdicts.add(
          new Verdict(
              type.isEmpty() ? -1 : Integer.parseInt(type),
              Integer.parseInt(cells[1]),
              !cells[2].isEmpty()));
    }
    Files.delete(file);
    Files.delete(out);
    return verdicts;
  }

  private static void write(Path file, int port, List<byte[]> frames) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(
          ByteBuffer.allocate(24)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(0xa1b2c3d4)
              .putShort((short) 2)
              .putShort((short) 4)
              .putInt(0)
              .putInt(0)
              .putInt(262_144)
              .putInt(LINKTYPE_RAW)
              .array());
      int sequence = 1;
      for (byte[] frame : frames) {
        int size = 40 + 20 + frame.length;
        out.write(
            ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0)
                .putInt(0)
                .putInt(size)
                .putInt(size)
                .array());
        out.write(packet(port, sequence, frame));
        sequence += frame.length;
      }
    }
  }

  /** An IPv6 packet with a TCP segment from ::1 to ::1, checksums left out. */
  private static byte[] packet(int port, int sequence, byte[] payload) {
    byte[] loopback = new byte[16];
    loopback[15] = 1;
    return ByteBuffer.allocate(60 + payload.length)
        .putInt(0x60000000)
        .putShort((short) (20 + payload.length))
        .put((byte) 6)
        .put((byte) 64)
        .put(loopback)
        .put(loopback)
        .putShort((short) port)
        .putShort((short) 40_000)
        .putInt(sequence)
        .putInt(1)
        .putShort((short) 0x5018)
        .putShort((short) 0xffff)
        .putInt(0)
        .put(payload)
        .array();
  }
}
