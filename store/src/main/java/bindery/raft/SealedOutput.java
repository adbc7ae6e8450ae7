package bindery.raft;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An output whose last {@link #SEAL_BYTES} octets are replaced by the SHA-256, in hexadecimal, of
 * all before them. Memory: those octets and one write. One thread; does not close what it writes
 * to.
 */
final class SealedOutput extends OutputStream {
  /** The length of the seal. */
  static final int SEAL_BYTES = 64;

  private final OutputStream out;
  private final MessageDigest digest = CheckpointSource.sha256();
  private byte[] heldBack = new byte[0];

  SealedOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] octets, int offset, int length) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream(heldBack.length + length);
    all.writeBytes(heldBack);
    all.write(octets, offset, length);
    byte[] joined = all.toByteArray();
    int passed = Math.max(0, joined.length - SEAL_BYTES);
    digest.update(joined, 0, passed);
    out.write(joined, 0, passed);
    heldBack = Arrays.copyOfRange(joined, passed, joined.length);
  }

  /** Writes the seal in the place of the last octets; nothing may be written after. */
  void seal() throws IOException {
    out.write(text(digest).getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** A seal over what the digest has seen. */
  static String text(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
