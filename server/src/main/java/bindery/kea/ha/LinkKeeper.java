package bindery.kea.ha;

import bindery.kea.LinkWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the links of Kea's configuration kept in step, on a thread of its own. */
final class LinkKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LinkKeeper.class);
  private static final long LOOK_MILLIS = 5_000;
  private static final long AGAIN_MILLIS = 1_000;

  private final LinkWatch links;
  private final Thread thread;
  private volatile boolean isDone;

  LinkKeeper(LinkWatch links) {
    this.links = links;
    thread = new Thread(this::run, "kea-links");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** The cluster may lack the links again. */
  void again() {
    links.again();
    isDone = false;
  }

  /** Whether the configuration was imported, or could not be: leases need wait no longer. */
  boolean isDone() {
    return isDone;
  }

  private void run() {
    try {
      while (true) {
        boolean isAsked = look();
        isDone |= isAsked;
        Thread.sleep(isAsked ? LOOK_MILLIS : AGAIN_MILLIS);
      }
    } catch (InterruptedException e) {
      LOG.debug("event=kea_links_over");
    }
  }

  private boolean look() throws InterruptedException {
    try {
      return links.look();
    } catch (RuntimeException e) {
      LOG.error("event=links_not_imported", e);
      return true;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
