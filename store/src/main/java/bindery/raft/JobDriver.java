package bindery.raft;

import bindery.log.v1.Command;
import bindery.log.v1.Job;
import bindery.log.v1.Result;
import bindery.log.v1.Step;
import bindery.log.v1.StepResult;
import bindery.log.v1.Sweep;
import bindery.store.BindingStore;
import bindery.store.StoreView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the jobs in the state on while this node leads: proposes the step that is due, and the
 * next when that is applied, so that the feed finds its place between any two. Jobs take turns, and
 * the purge with them. What is in flight when the lead is lost does no harm: a step that is not due
 * does nothing.
 *
 * <p>Any thread. One step in flight at a time.
 */
final class JobDriver {
  private static final Logger LOG = LoggerFactory.getLogger(JobDriver.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PURGE = 0;

  private final BindingStore store;
  private final Proposals proposals;
  private final BooleanSupplier leads;
  private final Executor worker;
  private final AtomicBoolean isBusy = new AtomicBoolean();

  // Of who is busy alone.
  private long turn;

  /**
   * For a replica.
   *
   * @param leads whether this node leads, and has applied what leaders before it left
   * @param worker runs what follows a step
   */
  JobDriver(BindingStore store, Proposals proposals, BooleanSupplier leads, Executor worker) {
    this.store = store;
    this.proposals = proposals;
    this.leads = leads;
    this.worker = worker;
  }

  /** Goes on if there is something to do and nothing in flight. */
  void beat() {
    if (leads.getAsBoolean() && isBusy.compareAndSet(false, true)) {
      goOn();
    }
  }

  private void goOn() {
    Optional<Step> step = Optional.empty();
    try {
      step = leads.getAsBoolean() ? due() : Optional.empty();
    } finally {
      if (step.isEmpty()) {
        isBusy.set(false);
      }
    }
    step.ifPresent(this::propose);
  }

  /** The step of the next job after the last one's, by id; the purge is the first of a round. */
  private Optional<Step> due() {
    List<Step> due = new ArrayList<>();
    try (StoreView view = store.view()) {
      if (view.isPurgeDue()) {
        due.add(Step.newBuilder().setJob(PURGE).build());
      }
      for (Job job : view.jobs()) {
        if (job.getSweep().getPhase() != Sweep.Phase.HELD) {
          due.add(Step.newBuilder().setJob(job.getId()).setCursor(job.getCursor()).build());
        }
      }
    }
    if (due.isEmpty()) {
      return Optional.empty();
    }
    Step next = due.stream().filter(step -> step.getJob() > turn).findFirst().orElse(due.get(0));
    turn = next.getJob();
    return Optional.of(next);
  }

  private void propose(Step step) {
    Command command = Command.newBuilder().setLevel(1).setStep(step).build();
    var unused =
        proposals
            .proposeOwn(command, PATIENCE)
            .whenCompleteAsync((result, failure) -> applied(step, result, failure), worker);
  }

  private void applied(Step step, @Nullable Result result, @Nullable Throwable failure) {
    if (failure != null || result == null) {
      // The next beat tries again, here or at who leads then.
      LOG.info("event=step-failed job={}: {}", step.getJob(), String.valueOf(failure));
      isBusy.set(false);
      return;
    }
    StepResult done = result.getStep();
    if (done.getDone() && step.getJob() != PURGE) {
      LOG.info("event=job-step-last job={}: it is done, or waits to be accepted", step.getJob());
    }
    goOn();
  }
}
