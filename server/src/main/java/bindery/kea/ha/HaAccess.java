package bindery.kea.ha;

import bindery.tls.Identity;
import bindery.tls.PemFile;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How Kea and a connector know each other.
 *
 * @param tls null to listen by plain HTTP
 * @param asked what whoever sends must show; empty for nothing
 * @param keaTls null for what the JDK trusts
 * @param shown to Kea; empty for nothing
 */
public record HaAccess(
    @Nullable SslContext tls,
    Optional<Credentials> asked,
    @Nullable SSLContext keaTls,
    Optional<Credentials> shown) {
  /** Anybody, by plain HTTP. */
  public static final HaAccess OPEN = new HaAccess(null, Optional.empty(), null, Optional.empty());

  /**
   * What it is made of, as the options of that name give it.
   *
   * @param user whom Kea must say it is
   * @param passwordFile a file with that user's password
   * @param keaUser who to be to Kea
   * @param keaPasswordFile a file with that user's password
   * @param certificate with which to listen by HTTPS, and which is shown to a Kea that asks for one
   * @param key of the certificate
   * @param clientAuthority who must have signed the certificate of whoever connects
   * @param keaAuthority who must have signed Kea's certificate
   */
  public record Given(
      Optional<String> user,
      Optional<Path> passwordFile,
      Optional<String> keaUser,
      Optional<Path> keaPasswordFile,
      Optional<Path> certificate,
      Optional<Path> key,
      Optional<Path> clientAuthority,
      Optional<Path> keaAuthority) {
    /** Whether the connector listens by HTTPS. */
    public boolean isHttps() {
      return certificate.isPresent();
    }

    /**
     * Reads the files.
     *
     * @param place where an option of that name is given, for messages
     * @param problems everything that is wrong is added, a sentence each; what is read then is not
     *     to be used
     */
    public HaAccess read(UnaryOperator<String> place, List<String> problems) {
      int before = problems.size();
      if (certificate.isPresent() != key.isPresent()) {
        problems.add(
            place.apply(certificate.isPresent() ? "certificate" : "key")
                + ": alone (expected "
                + place.apply(certificate.isPresent() ? "key" : "certificate")
                + " too)");
      }
      if (clientAuthority.isPresent() && certificate.isEmpty()) {
        problems.add(
            place.apply("client-authority")
                + ": without HTTPS (expected "
                + place.apply("certificate")
                + " and "
                + place.apply("key")
                + " too)");
      }
      tryFile("certificate", certificate, PemFile::certificates, place, problems);
      tryFile("key", key, PemFile::key, place, problems);
      tryFile("client-authority", clientAuthority, PemFile::certificates, place, problems);
      tryFile("kea-authority", keaAuthority, PemFile::certificates, place, problems);
      HaAccess access = problems.size() == before ? ofFiles(place, problems) : OPEN;
      return new HaAccess(
          access.tls(),
          credentials("user", user, "password-file", passwordFile, place, problems),
          access.keaTls(),
          credentials("kea-user", keaUser, "kea-password-file", keaPasswordFile, place, problems));
    }

    private interface Reading {
      Object read(PemFile file) throws IOException;
    }

    private static void tryFile(
        String name,
        Optional<Path> file,
        Reading reading,
        UnaryOperator<String> place,
        List<String> problems) {
      try {
        if (file.isPresent()) {
          var unused = reading.read(PemFile.read(file.get()));
        }
      } catch (IOException e) {
        problems.add(place.apply(name) + ": " + e.getMessage());
      }
    }

    private HaAccess ofFiles(UnaryOperator<String> place, List<String> problems) {
      Optional<Identity> identity = certificate.map(path -> new Identity(path, key.orElseThrow()));
      try {
        return new HaAccess(
            identity.isEmpty() ? null : KeaTls.server(identity.get(), clientAuthority),
            Optional.empty(),
            identity.isEmpty() && keaAuthority.isEmpty()
                ? null
                : KeaTls.client(keaAuthority, identity),
            Optional.empty());
      } catch (IOException e) {
        problems.add(
            place.apply(key.isPresent() ? "key" : "kea-authority") + ": " + e.getMessage());
        return OPEN;
      }
    }

    private static Optional<Credentials> credentials(
        String userName,
        Optional<String> user,
        String fileName,
        Optional<Path> file,
        UnaryOperator<String> place,
        List<String> problems) {
      if (user.isEmpty() && file.isEmpty()) {
        return Optional.empty();
      }
      if (user.isEmpty() || file.isEmpty()) {
        problems.add(
            place.apply(user.isPresent() ? userName : fileName)
                + ": alone (expected "
                + place.apply(user.isPresent() ? fileName : userName)
                + " too)");
        return Optional.empty();
      }
      try {
        return Optional.of(Credentials.read(user.get(), file.get()));
      } catch (IOException e) {
        problems.add(place.apply(fileName) + ": " + e.getMessage());
      } catch (IllegalArgumentException e) {
        problems.add(place.apply(userName) + ": " + e.getMessage());
      }
      return Optional.empty();
    }
  }
}
