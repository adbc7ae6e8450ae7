package bindery.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where one end's part in TLS is kept, in PEM files.
 *
 * @param ca the authorities that may vouch for the other end, one or several
 * @param certificate the own certificate, behind it those between it and the authority
 * @param key its private key, which no other user may read
 */
public record TlsFiles(Path ca, Path certificate, Path key) {
  /** The names of the three options, by which faults are told. */
  public static final String CA = "ca";

  /** The option that names the certificate. */
  public static final String CERT = "cert";

  /** The option that names its key. */
  public static final String KEY = "key";

  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

  /**
   * Of options of which all three must be given, or none.
   *
   * @param place where an option of that name is given, for messages
   * @return null if none is given, or a problem is added
   */
  public static @Nullable TlsFiles of(
      @Nullable Path ca,
      @Nullable Path certificate,
      @Nullable Path key,
      UnaryOperator<String> place,
      List<String> problems) {
    if (ca != null && certificate != null && key != null) {
      return new TlsFiles(ca, certificate, key);
    }
    StringJoiner given = new StringJoiner(" and ");
    StringJoiner missing = new StringJoiner(" and ");
    (ca == null ? missing : given).add(place.apply(CA));
    (certificate == null ? missing : given).add(place.apply(CERT));
    (key == null ? missing : given).add(place.apply(KEY));
    if (given.length() > 0) {
      problems.add(
          given
              + ": without "
              + missing
              + " (expected all three: the authority of the cluster, and a certificate of it with its"
              + " key; bindery cert makes them)");
    }
    return null;
  }

  /**
   * Everything that is wrong with the files as they are now, a sentence each; empty if nothing is.
   */
  public List<String> problems(UnaryOperator<String> place) {
    List<String> problems = new java.util.ArrayList<>();
    tell(CA, () -> PemFile.read(ca).certificates(), place, problems);
    tell(CERT, () -> PemFile.read(certificate).certificates(), place, problems);
    tell(KEY, this::readKey, place, problems);
    if (problems.isEmpty()) {
      tell(CERT, this::read, place, problems);
    }
    return problems;
  }

  private interface Reading {
    Object read() throws IOException;
  }

  private static void tell(
      String option, Reading reading, UnaryOperator<String> place, List<String> problems) {
    try {
      var unused = reading.read();
    } catch (IOException e) {
      problems.add(place.apply(option) + ": " + e.getMessage());
    }
  }

  private Object readKey() throws IOException {
    checkPrivate(key);
    return PemFile.read(key).key();
  }

  /**
   * Reads all three, and judges whether the other end could accept them now.
   *
   * @throws IOException if one cannot be read or is not what it should be, if they do not belong
   *     together, or if the certificate is out of its time; the message names the file
   */
  TlsMaterial read() throws IOException {
    List<X509Certificate> authorities = PemFile.read(ca).certificates();
    checkPrivate(key);
    TlsMaterial material = TlsMaterial.of(new Identity(certificate, key).read(), authorities);
    try {
      TrustFault.check(material.identity().chain(), authorities, ca.toString());
    } catch (CertificateException e) {
      throw new IOException(certificate + ": " + e.getMessage(), e);
    }
    return material;
  }

  private static void checkPrivate(Path key) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(key, PosixFileAttributeView.class);
    if (view == null || !Files.exists(key)) {
      return; // no such rights on this file system; what is missing is told by whoever reads it
    }
    if (view.readAttributes().permissions().stream().anyMatch(OF_OTHERS::contains)) {
      throw new IOException(
          key
              + ": every user of this host may read or change the key (expected its owner alone, or"
              + " its group: chmod 600 "
              + key
              + "; if others had access, have a new one made)");
    }
  }
}
