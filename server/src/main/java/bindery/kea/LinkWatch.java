package bindery.kea;

import bindery.feeder.ApiException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
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
 * Keeps the links of a Kea configuration in step: imports them when its content has changed. One
 * that cannot be read, or contradicts what is held, is told of and tried again when it changes, or
 * after a while. One thread.
 */
public final class LinkWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LinkWatch.class);
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final ConfigOrigin origin;
  private final String source;
  private final LinkImport links;
  private final Consumer<String> teller;
  private final LongSupplier nanoClock;
  private String mark = ""; // of what was looked into
  private String applied = ""; // of the content that was dealt with
  private String toldFault = "";
  private boolean isRefusalTold;
  private long faultNanos;
  private volatile boolean isToBePutAgain;

  /**
   * Of that configuration.
   *
   * @param teller told, in a line, of what was imported
   */
  public LinkWatch(
      ConfigOrigin origin,
      String source,
      LinkImport links,
      Consumer<String> teller,
      LongSupplier nanoClock) {
    this.origin = origin;
    this.source = source;
    this.links = links;
    this.teller = teller;
    this.nanoClock = nanoClock;
  }

  /** The links are to be put again, whether the configuration changed or not. Any thread. */
  public void again() {
    isToBePutAgain = true;
  }

  /**
   * Looks whether the configuration has changed, and imports it if so.
   *
   * @return false if the cluster could not be asked, or there is no Kea to feed for, so that it is
   *     to be tried again soon
   */
  public boolean look() throws InterruptedException {
    boolean isAgain = !toldFault.isEmpty() && nanoClock.getAsLong() - faultNanos >= AGAIN.toNanos();
    if (isToBePutAgain) {
      isToBePutAgain = false;
      mark = "";
      applied = "";
    }
    byte[] octets;
    try {
      String now = origin.mark();
      if (now.equals(mark) && !isAgain) {
        return true;
      }
      mark = now; // before the content is read, so that a change meanwhile is seen
      octets = origin.read();
    } catch (KeaRefusedException e) {
      refused(String.valueOf(e.getMessage()));
      return true;
    } catch (ConnectException e) {
      LOG.debug("links are not known yet: {}", e.getMessage());
      mark = "";
      return false;
    } catch (NoSuchFileException e) {
      fault(origin.name() + ": no such file (expected Kea's configuration)", "");
      return true;
    } catch (FileSystemException e) {
      fault(e.toString(), "");
      return true;
    } catch (KeaFormatException | IOException e) {
      fault(String.valueOf(e.getMessage()), "");
      return true;
    }
    String content = hash(octets);
    if (content.equals(applied) && !isAgain) {
      return true;
    }
    try {
      List<KeaLink> read = KeaConfigReader.read(octets, origin.name(), source);
      LinkImport.Outcome outcome = links.apply(read, source);
      if (!outcome.problems().isEmpty()) {
        fault(
            origin.name() + " contradicts the links: " + String.join("; ", outcome.problems()),
            content);
        return true;
      }
      if (!outcome.isChange() && toldFault.isEmpty()) {
        LOG.debug("links of {} are in step", origin.name());
      } else {
        teller.accept("links of " + origin.name() + ": " + outcome.text());
      }
      applied = content;
      toldFault = "";
      isRefusalTold = false;
      return true;
    } catch (KeaFormatException e) {
      fault(String.valueOf(e.getMessage()), content);
      return true;
    } catch (ApiException e) {
      LOG.debug("links of {} are not imported yet: {}", origin.name(), e.getMessage());
      if (e.kind() == ApiException.Kind.REFUSED) {
        // Another import may have been faster; the next look works the puts out anew.
        fault(String.valueOf(e.getMessage()), "");
        return true;
      }
      mark = "";
      return false;
    }
  }

  // No fault: who configured Kea so has links from elsewhere, or is told once how to have them.
  private void refused(String text) {
    if (!isRefusalTold) {
      LOG.warn("event=links_not_told {}; the leases are fed all the same", text);
    }
    isRefusalTold = true;
  }

  private void fault(String text, String content) {
    applied = content;
    faultNanos = nanoClock.getAsLong();
    if (!toldFault.equals(text)) {
      toldFault = text;
      LOG.warn("event=links_not_imported {}; the leases are fed all the same", text);
    }
  }

  private static String hash(byte[] octets) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(octets));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a Java without SHA-256", e);
    }
  }
}
