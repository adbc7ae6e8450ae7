package bindery.admin;

import bindery.admin.HealthCheck.Subject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A health that a test says. */
public final class FixedReadiness implements Readiness {
  final List<HealthCheck> deciding = new CopyOnWriteArrayList<>();
  final List<HealthCheck> advising = new CopyOnWriteArrayList<>();

  /** All well. */
  public FixedReadiness() {
    deciding.add(HealthCheck.ok(Subject.QUORUM, "n1 leads"));
    advising.add(HealthCheck.ok(Subject.DISK, "12.0 GiB are free"));
  }

  @Override
  public List<HealthCheck> deciding() {
    return deciding;
  }

  @Override
  public List<HealthCheck> advising() {
    return advising;
  }
}
