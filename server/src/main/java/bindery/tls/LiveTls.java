package bindery.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One end's part in TLS as its files say it, also when they change while the program runs.
 *
 * <p>Each handshake looks whether they have changed, at most once a second, and so does whoever
 * calls {@link #look}. Files that cannot be used change nothing: what was read before stays in
 * force, and that is told. A connection that is open stays as it was made. Any thread; holds no
 * file open and needs no closing.
 */
public final class LiveTls {
  /** From when on before its end a certificate is warned of. */
  public static final Duration WARN_BEFORE = Duration.ofDays(30);

  private static final Logger LOG = LoggerFactory.getLogger(LiveTls.class);
  private static final long LOOK_NANOS = 1_000_000_000;

  private final TlsFiles files;
  private final PeerNames own;
  private final LiveKeys keys;
  private volatile TlsMaterial material;
  private volatile Optional<String> fault = Optional.empty();
  private volatile long lookedNanos = System.nanoTime();
  // Guarded by this.
  private String mark;
  private String told = "";

  private LiveTls(TlsFiles files, PeerNames own, String mark, TlsMaterial material) {
    this.files = files;
    this.own = own;
    this.mark = mark;
    this.material = material;
    keys = new LiveKeys(this, material);
  }

  /**
   * Reads the files.
   *
   * @throws IOException as of {@link TlsFiles#problems}, the first of them
   */
  public static LiveTls open(TlsFiles files) throws IOException {
    return open(files, PeerNames.ANY);
  }

  /**
   * The same.
   *
   * @param own what the own certificate must name, now and whenever it is read again
   */
  public static LiveTls open(TlsFiles files, PeerNames own) throws IOException {
    String mark = mark(files);
    return new LiveTls(files, own, mark, read(files, own));
  }

  private static TlsMaterial read(TlsFiles files, PeerNames own) throws IOException {
    TlsMaterial material = files.read();
    try {
      own.check(material.certificate(), "");
    } catch (CertificateException e) {
      throw new IOException(files.certificate() + ": " + e.getMessage(), e);
    }
    return material;
  }

  /** Where they are. */
  public TlsFiles files() {
    return files;
  }

  /** The own certificate that is in force. */
  public X509Certificate certificate() {
    return material.certificate();
  }

  /** When it ends, or one of those that vouch for it and stand behind it in its file. */
  public Instant until() {
    return material.until();
  }

  /** When the authority ends that vouches for them. */
  public Instant authorityUntil() {
    return material.authorityUntil();
  }

  TlsMaterial material() {
    return material;
  }

  /** Shows the own certificate to whoever asks for one. */
  public X509ExtendedKeyManager keys() {
    return keys;
  }

  /**
   * Judges the other end by the authorities, and by what its certificate must name.
   *
   * @param names called with each certificate that an authority vouches for
   * @param refusals told of each that is refused
   */
  public X509ExtendedTrustManager trust(PeerNames names, Refusals refusals) {
    return new LiveTrust(this, false, names, refusals);
  }

  /**
   * The same for who connects to a host, whose certificate must name it (RFC 2818); nothing is
   * logged. The engine must ask for that comparison, as gRPC has it do.
   */
  public X509ExtendedTrustManager trustOfHosts() {
    return new LiveTrust(this, true, PeerNames.ANY, (end, reason) -> {});
  }

  void lookIfDue() {
    if (System.nanoTime() - lookedNanos >= LOOK_NANOS) {
      look();
    }
  }

  /** Looks whether the files have changed, and puts in force what they say now. */
  public synchronized void look() {
    lookedNanos = System.nanoTime();
    String now = mark(files);
    if (now.equals(mark)) {
      fault = Optional.empty();
      return;
    }
    try {
      TlsMaterial read = read(files, own);
      keys.use(read);
      material = read;
      mark = now;
      fault = Optional.empty();
      LOG.info(
          "event=tls_reloaded cert={} subject=\"{}\" number={} until={} authorities={}",
          files.certificate(),
          read.certificate().getSubjectX500Principal().getName(),
          read.certificate().getSerialNumber().toString(16),
          read.until(),
          read.authorities().size());
    } catch (IOException | RuntimeException e) {
      tellFault(String.valueOf(e.getMessage()));
    }
  }

  // Between two files of three that are put in place one after the other they do not fit together:
  // that is a fault only if it lasts.
  private void tellFault(String found) {
    Optional<String> before = fault;
    fault = Optional.of(found);
    if (!told.equals(found) && before.equals(fault)) {
      told = found;
      LOG.error(
          "event=tls_files_refused, the certificate until {} stays in force: {}",
          material.until(),
          found);
    }
  }

  /** What to warn of now: files that cannot be used, or an end that is near. */
  public List<String> warnings() {
    Optional<String> refused = fault;
    if (refused.isPresent()) {
      return List.of(
          "the files of TLS have changed and cannot be used; the certificate until "
              + material.until()
              + " stays in force: "
              + refused.get());
    }
    TlsMaterial now = material;
    List<String> warnings = new ArrayList<>();
    warn(
        files.certificate(),
        now.until(),
        "a new one",
        "bindery cert renew; it is read without a restart",
        warnings);
    warn(
        files.ca(),
        now.authorityUntil(),
        "another authority in its place",
        "in three steps, docs/secure.md",
        warnings);
    return warnings;
  }

  private static void warn(
      Path file, Instant until, String expected, String how, List<String> warnings) {
    if (Instant.now().isAfter(until)) {
      warnings.add(
          "%s expired on %s: new connections are refused (expected %s: %s)"
              .formatted(file, until, expected, how));
    } else if (Instant.now().plus(WARN_BEFORE).isAfter(until)) {
      warnings.add(
          "%s expires on %s (expected %s before that: %s)".formatted(file, until, expected, how));
    }
  }

  private static String mark(TlsFiles files) {
    return mark(files.ca()) + mark(files.certificate()) + mark(files.key());
  }

  // The time of the last change, and not of what is in it alone: that of its rights counts too.
  private static String mark(Path file) {
    try {
      return Files.readAttributes(file, "unix:ctime,lastModifiedTime,size,ino").toString() + "\n";
    } catch (IOException e) {
      return e + "\n"; // being replaced, perhaps
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return plainMark(file);
    }
  }

  private static String plainMark(Path file) {
    try {
      return Files.getLastModifiedTime(file) + " " + Files.size(file) + "\n";
    } catch (IOException e) {
      return e + "\n";
    }
  }
}
