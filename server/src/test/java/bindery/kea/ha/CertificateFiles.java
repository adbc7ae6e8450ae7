package bindery.kea.ha;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Certificates and keys as PEM files, made by the JDK's own keytool. */
public final class CertificateFiles {
  private static final String PASSWORD = "of the test alone";

  private final Path folder;
  private final KeyStore store;

  /** In that folder: an authority, what it signed for 127.0.0.1, and a stranger to both. */
  public CertificateFiles(Path folder) throws Exception {
    this.folder = folder;
    Path file = folder.resolve("keys.p12");
    keytool(file, "authority", "EC", "-ext", "bc:c");
    keytool(file, "own", "EC", "-ext", "san=ip:127.0.0.1", "-signer", "authority");
    keytool(file, "stranger", "RSA", "-ext", "san=ip:127.0.0.1");
    store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
  }

  private static void keytool(Path file, String alias, String algorithm, String... further)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", alias, "-keyalg", algorithm));
    command.addAll(List.of("-dname", "CN=" + alias, "-validity", "30"));
    command.addAll(List.of("-keystore", file.toString(), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", PASSWORD));
    command.addAll(List.of(further));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(said);
    }
  }

  /** The certificate of {@code authority}, {@code own} or {@code stranger}. */
  public Path certificate(String alias) throws Exception {
    return write(alias + ".crt", "CERTIFICATE", store.getCertificate(alias).getEncoded());
  }

  /** Its key. */
  public Path key(String alias) throws Exception {
    return write(alias + ".key", "PRIVATE KEY", privateKey(alias).getEncoded());
  }

  /** Its key, protected by a password. */
  public Path protectedKey(String alias) throws Exception {
    String algorithm = "PBEWithSHA1AndDESede";
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(
        Cipher.ENCRYPT_MODE,
        SecretKeyFactory.getInstance(algorithm)
            .generateSecret(new PBEKeySpec(PASSWORD.toCharArray())));
    byte[] encrypted = cipher.doFinal(privateKey(alias).getEncoded());
    return write(
        alias + ".protected.key",
        "ENCRYPTED PRIVATE KEY",
        new EncryptedPrivateKeyInfo(cipher.getParameters(), encrypted).getEncoded());
  }

  private Key privateKey(String alias) throws GeneralSecurityException {
    return store.getKey(alias, PASSWORD.toCharArray());
  }

  private Path write(String name, String kind, byte[] octets) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        "Whatever stands before it\n-----BEGIN "
            + kind
            + "-----\n"
            + Base64.getMimeEncoder().encodeToString(octets)
            + "\n-----END "
            + kind
            + "-----\n");
  }
}
