package bindery.kea;

import bindery.feeder.AdminClient;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether Kea itself answers, asked every third of the time after which a source that says nothing
 * counts as silent. One thread.
 */
final class KeaPulse {
  private static final Logger LOG = LoggerFactory.getLogger(KeaPulse.class);
  private final KeaControl control;
  private final AlivePeriod period;
  private final FollowState state;
  private boolean isAnswering = true;

  /** Of the Kea behind that socket, for that cluster. */
  KeaPulse(KeaControl control, AdminClient cluster, FollowState state) {
    this.control = control;
    period = new AlivePeriod(cluster);
    this.state = state;
  }

  /** Asks Kea, and has a sign of life told if it answers. */
  void beat() {
    try {
      control.status();
      state.aliveDue();
      if (!isAnswering) {
        LOG.warn("event=kea_answers again");
      }
      isAnswering = true;
    } catch (IOException e) {
      if (isAnswering) {
        LOG.warn("event=kea_silent {}; no sign of life is told until it answers", e.getMessage());
      }
      isAnswering = false;
    }
  }

  /** How long to wait until the next beat; asks the cluster, which may take a while. */
  Duration period() throws InterruptedException {
    return period.ask();
  }
}
