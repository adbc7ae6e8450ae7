package bindery.kea;

import bindery.feeder.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the links of a Kea configuration in step: imports them when the content of the file has
 * changed. A file that cannot be read, or contradicts what is held, is told of and tried again when
 * it changes, or after a while. One thread.
 */
public final class LinkWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LinkWatch.class);
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final Path file;
  private final String source;
  private final LinkImport links;
  private final Consumer<String> teller;
  private final LongSupplier nanoClock;
  private String mark = ""; // of the file that was looked into
  private String applied = ""; // of the content that was dealt with
  private String toldFault = "";
  private long faultNanos;

  /**
   * Of that configuration.
   *
   * @param teller told, in a line, of what was imported
   */
  public LinkWatch(
      Path file, String source, LinkImport links, Consumer<String> teller, LongSupplier nanoClock) {
    this.file = file;
    this.source = source;
    this.links = links;
    this.teller = teller;
    this.nanoClock = nanoClock;
  }

  /**
   * Looks whether the file has changed, and imports it if so.
   *
   * @return false if the cluster could not be asked, so that it is to be tried again soon
   */
  public boolean look() throws InterruptedException {
    boolean isAgain = !toldFault.isEmpty() && nanoClock.getAsLong() - faultNanos >= AGAIN.toNanos();
    String content;
    try {
      String now = Files.readAttributes(file, "unix:lastModifiedTime,size,ino").toString();
      if (now.equals(mark) && !isAgain) {
        return true;
      }
      mark = now; // before the content is read, so that a change meanwhile is seen
      content = hash();
    } catch (IOException e) {
      fault(e.toString(), "");
      return true;
    }
    if (content.equals(applied) && !isAgain) {
      return true;
    }
    try {
      List<KeaLink> read = KeaConfigReader.read(file, source);
      LinkImport.Outcome outcome = links.apply(read, source);
      if (!outcome.problems().isEmpty()) {
        fault(file + " contradicts the links: " + String.join("; ", outcome.problems()), content);
        return true;
      }
      if (!outcome.isChange() && toldFault.isEmpty()) {
        LOG.debug("links of {} are in step", file);
      } else {
        teller.accept("links of " + file + ": " + outcome.text());
      }
      applied = content;
      toldFault = "";
      return true;
    } catch (KeaFormatException | IOException e) {
      fault(String.valueOf(e.getMessage()), content);
      return true;
    } catch (ApiException e) {
      LOG.debug("links of {} are not imported yet: {}", file, e.getMessage());
      if (e.kind() == ApiException.Kind.REFUSED) {
        // Another import may have been faster; the next look works the puts out anew.
        fault(String.valueOf(e.getMessage()), "");
        return true;
      }
      mark = "";
      return false;
    }
  }

  private void fault(String text, String content) {
    applied = content;
    faultNanos = nanoClock.getAsLong();
    if (!toldFault.equals(text)) {
      toldFault = text;
      LOG.warn("event=links_not_imported {}; the leases are fed all the same", text);
    }
  }

  private String hash() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a Java without SHA-256", e);
    }
  }
}
