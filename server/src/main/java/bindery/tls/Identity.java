package bindery.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who one is: a certificate, behind it those that vouch for it, and its key.
 *
 * @param certificate the file of the certificates
 * @param key the file of the key
 */
public record Identity(Path certificate, Path key) {
  /** What stands in both files. */
  public record Read(List<X509Certificate> chain, PrivateKey key) {}

  /**
   * Reads both files.
   *
   * @throws IOException if one cannot be read or is not what it should be, or they do not belong
   *     together; the message names the file
   */
  public Read read() throws IOException {
    List<X509Certificate> chain = PemFile.read(certificate).certificates();
    PrivateKey read = PemFile.read(key).key();
    if (!fits(read, chain.get(0))) {
      throw new IOException(
          key + ": not the key of the first certificate in " + certificate + " (expected it)");
    }
    return new Read(chain, read);
  }

  private static boolean fits(PrivateKey key, X509Certificate certificate) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update((byte) 1);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update((byte) 1);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // of another algorithm
    }
  }
}
