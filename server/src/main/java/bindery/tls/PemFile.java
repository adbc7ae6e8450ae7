package bindery.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of certificates, or with a private key, in the text form that OpenSSL and Kea use: blocks
 * of Base64 between {@code -----BEGIN KIND-----} and {@code -----END KIND-----}, whatever text
 * around them.
 */
public final class PemFile {
  private static final int BYTES_MAX = 1 << 20;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

  private final Path file;
  private final String text;

  private PemFile(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * Reads it, not yet what is in it.
   *
   * @throws IOException if it cannot be read; the message says why
   */
  public static PemFile read(Path file) throws IOException {
    try {
      if (Files.isDirectory(file)) {
        throw new IOException(file + ": a folder (expected a PEM file)");
      }
      if (Files.size(file) > BYTES_MAX) {
        throw new IOException(file + ": more than " + BYTES_MAX + " octets (expected a PEM file)");
      }
      // Every octet is a character, so that one that is no text is no fault of its own.
      return new PemFile(file, Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": no such file (expected a PEM file)", e);
    } catch (AccessDeniedException e) {
      throw new IOException(file + ": may not be read by this user (expected a PEM file)", e);
    }
  }

  /**
   * All its certificates, in order.
   *
   * @throws IOException if there is none, or one is damaged; the message names the file
   */
  public List<X509Certificate> certificates() throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    try {
      while (block.find()) {
        if (block.group(1).endsWith("CERTIFICATE")) {
          byte[] octets = Base64.getMimeDecoder().decode(block.group(2));
          certificates.add(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(octets)));
        }
      }
    } catch (CertificateException | IllegalArgumentException e) {
      throw new IOException(file + ": a damaged certificate: " + e.getMessage(), e);
    }
    if (certificates.isEmpty()) {
      throw new IOException(
          file + ": no certificate in it (expected PEM: -----BEGIN CERTIFICATE----- and so on)");
    }
    return certificates;
  }

  /**
   * Its private key.
   *
   * @throws IOException if there is none that can be used; the message names the file, never what
   *     is in it
   */
  public PrivateKey key() throws IOException {
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      switch (block.group(1)) {
        case "PRIVATE KEY" -> {
          return key(block.group(2));
        }
        case "ENCRYPTED PRIVATE KEY" -> throw protectedKey();
        case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> {
          if (block.group(2).contains("ENCRYPTED")) {
            throw protectedKey();
          }
          throw new IOException(
              file
                  + ": a key of the old form \""
                  + block.group(1)
                  + "\" (expected PKCS #8; make it so by: openssl pkcs8 -topk8 -nocrypt -in "
                  + file
                  + " -out NEW)");
        }
        default -> {
          // A certificate, or parameters of the key.
        }
      }
    }
    throw new IOException(
        file + ": no private key in it (expected PEM: -----BEGIN PRIVATE KEY----- and so on)");
  }

  private IOException protectedKey() {
    return new IOException(
        file
            + ": the key is protected by a password, which nobody could enter here (expected one"
            + " without, readable by this user alone; make it so by: openssl pkcs8 -topk8 -nocrypt"
            + " -in "
            + file
            + " -out NEW)");
  }

  private PrivateKey key(String base64) throws IOException {
    try {
      PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
      for (String algorithm : ALGORITHMS) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
        } catch (InvalidKeySpecException e) {
          // of another algorithm
        }
      }
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw new IOException(file + ": a damaged private key", e);
    }
    throw new IOException(
        file + ": a private key that is damaged, or of none of " + ALGORITHMS + " (expected one)");
  }
}
