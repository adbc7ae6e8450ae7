package bindery.cli.cert;

import bindery.cli.CommandException;
import bindery.cli.ExitCode;
import bindery.tls.Identity;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder of an authority: {@code NAME.crt} and {@code NAME.key} of it, which is {@code ca}, and
 * of all that it signed. Keys can be read by their owner alone, from their first octet on.
 *
 * @param path where it is; made when something is written
 */
record CertificateFolder(Path path) {
  /** The name of the authority's own files. */
  static final String CA = "ca";

  private static final FileAttribute<Set<PosixFilePermission>> SECRET =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> OPEN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));
  private static final String CERTIFICATE = ".crt";
  private static final int LINE = 64;

  Path certificate(String name) {
    return path.resolve(name + CERTIFICATE);
  }

  Path key(String name) {
    return path.resolve(name + ".key");
  }

  boolean holds(String name) {
    return Files.exists(certificate(name)) || Files.exists(key(name));
  }

  /** The names of all that the authority signed, in order. */
  List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(CERTIFICATE))
          .map(file -> file.substring(0, file.length() - CERTIFICATE.length()))
          .filter(name -> !name.equals(CA))
          .sorted()
          .toList();
    }
  }

  /**
   * The authority that is kept here.
   *
   * @throws CommandException if there is none, or it cannot be read
   */
  Authority authority() throws CommandException {
    if (!holds(CA)) {
      throw new CommandException(
          ExitCode.ERROR,
          path
              + ": there is no authority (expected "
              + certificate(CA)
              + " and "
              + key(CA)
              + ": make one by bindery cert ca --cluster NAME, or name its folder by --dir)");
    }
    try {
      return Authority.of(read(CA));
    } catch (IOException e) {
      throw new CommandException(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
    }
  }

  private Signed read(String name) throws IOException {
    Identity.Read read = new Identity(certificate(name), key(name)).read();
    return new Signed(read.chain().get(0), read.key());
  }

  /**
   * Writes a certificate and its key, in the place of what was there of that name.
   *
   * @throws IOException if it cannot
   */
  void write(String name, Signed signed) throws IOException {
    Files.createDirectories(path, OWN);
    try {
      replace(key(name), SECRET, "PRIVATE KEY", signed.key().getEncoded());
      replace(certificate(name), OPEN, "CERTIFICATE", signed.certificate().getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IOException("a certificate that cannot be written: " + e.getMessage(), e);
    }
  }

  // Whoever reads meanwhile sees the old file or the new one.
  private void replace(
      Path file, FileAttribute<Set<PosixFilePermission>> rights, String kind, byte[] octets)
      throws IOException {
    Path fresh = Files.createTempFile(path, file.getFileName().toString(), ".new", SECRET);
    try {
      Files.setPosixFilePermissions(fresh, rights.value());
      Files.writeString(
          fresh,
          "-----BEGIN "
              + kind
              + "-----\n"
              + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(octets)
              + "\n-----END "
              + kind
              + "-----\n",
          StandardCharsets.US_ASCII);
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** When a certificate ends, as a day. */
  static String until(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().toString();
  }
}
