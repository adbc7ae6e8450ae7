package bindery.store;

import bindery.log.v1.AcceptSweep;
import bindery.log.v1.Command;
import bindery.log.v1.Identity;
import bindery.log.v1.LinkResult;
import bindery.log.v1.Refusal;
import bindery.log.v1.RemoveSource;
import bindery.log.v1.Result;
import bindery.log.v1.SetCluster;
import bindery.log.v1.Settings;
import bindery.log.v1.SourceResult;
import bindery.log.v1.Step;
import bindery.log.v1.StepResult;
import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * Turns a log entry into rows. Deterministic: what it puts and answers hangs on the rows, the entry
 * and its position alone. Nothing that an entry says makes it throw: what cannot be done is
 * answered.
 */
final class Applier {
  private final JobLimits limits;

  /** That goes so far in one step of a job. */
  Applier(JobLimits limits) {
    this.limits = limits;
  }

  /**
   * Applies one entry.
   *
   * @param rows the state before the entry
   * @param batch takes every change; the caller adds the applied index and writes it
   */
  Result apply(RowReader rows, RowBatch batch, AppliedIndex at, Command command) {
    long before = MetaRow.readNumber(rows, MetaKey.CLUSTER_TIME);
    long nowMillis = Math.max(before, command.getProposedAtMillis());
    Result.Builder result =
        Result.newBuilder().setRevision(at.index()).setClusterTimeMillis(nowMillis);
    switch (command.getKindCase()) {
      case OPEN_SESSION -> open(rows, batch, at, command, result);
      case APPLY ->
          result.setApply(new FeedEntry(rows, nowMillis).apply(command.getApply(), batch));
      case PUT_LINK, DELETE_LINK -> changeLink(rows, batch, command, nowMillis, result);
      case SET_CLUSTER -> setCluster(rows, batch, command.getSetCluster());
      case BARRIER -> {}
      case STEP -> step(rows, batch, command.getStep(), nowMillis, result);
      case ACCEPT_SWEEP -> acceptSweep(rows, batch, command.getAcceptSweep(), nowMillis, result);
      case REMOVE_SOURCE -> removeSource(rows, batch, command.getRemoveSource(), nowMillis, result);
      case KIND_NOT_SET ->
          result.setRefusal(
              Refusal.newBuilder()
                  .setCode(Refusal.Code.NOT_SUPPORTED)
                  .setMessage("an entry of no kind that this level knows"));
    }
    batch.put(Family.META, MetaKey.CLUSTER_TIME.octets(), MetaRow.number(nowMillis));
    return result.build();
  }

  private static void open(
      RowReader rows, RowBatch batch, AppliedIndex at, Command command, Result.Builder result) {
    byte[] identity = rows.get(MetaKey.IDENTITY);
    Optional<ByteString> incarnation =
        identity == null
            ? Optional.empty()
            : Optional.of(MetaRow.parseIdentity(identity).getIncarnation());
    Sessions sessions = new Sessions(rows);
    Sessions.Opening opening = sessions.open(command.getOpenSession(), at.index(), incarnation);
    if (opening.refusal() != null) {
      result.setRefusal(opening.refusal());
    } else if (opening.result() != null) {
      result.setOpen(opening.result());
      sessions.writeTo(batch);
    }
  }

  private void changeLink(
      RowReader rows, RowBatch batch, Command command, long nowMillis, Result.Builder result) {
    LinkChanges changes = new LinkChanges(rows, rows.generation().topologies().of(rows));
    LinkChanges.Change change =
        command.hasPutLink()
            ? changes.put(command.getPutLink(), batch)
            : changes.delete(command.getDeleteLink(), batch);
    if (change.refusal() != null) {
      result.setRefusal(change.refusal());
      return;
    }
    LinkResult.Builder told = LinkResult.newBuilder();
    if (change.link() != null) {
      told.setLink(change.link());
    }
    if (change.link() != null && change.after() != null && !change.affected().isEmpty()) {
      JobEntry entry = new JobEntry(rows, change.after(), limits, nowMillis);
      StepResult step = entry.rehome(change.affected(), change.link().getId());
      entry.writeTo(batch);
      told.setBindingsMoved(step.getChanged()).setJob(step.getDone() ? 0 : entry.begun());
    }
    result.setLink(told);
  }

  private JobEntry jobs(RowReader rows, long nowMillis) {
    return new JobEntry(rows, rows.generation().topologies().of(rows), limits, nowMillis);
  }

  private void step(
      RowReader rows, RowBatch batch, Step request, long nowMillis, Result.Builder result) {
    JobEntry entry = jobs(rows, nowMillis);
    result.setStep(entry.step(request));
    entry.writeTo(batch);
  }

  private void acceptSweep(
      RowReader rows, RowBatch batch, AcceptSweep request, long nowMillis, Result.Builder result) {
    JobEntry entry = jobs(rows, nowMillis);
    Optional<StepResult> step = entry.accept(request.getSource());
    if (step.isPresent()) {
      answer(step.get(), entry, batch, result);
    } else {
      result.setRefusal(
          notFound("no sweep of source " + request.getSource() + " waits to be accepted"));
    }
  }

  private void removeSource(
      RowReader rows, RowBatch batch, RemoveSource request, long nowMillis, Result.Builder result) {
    byte[] key = Keys.source(request.getSource());
    byte[] row = rows.get(Family.SOURCE, key);
    if (row == null) {
      result.setRefusal(notFound("no source named " + request.getSource()));
      return;
    }
    batch.delete(Family.SOURCE, key);
    JobEntry entry = jobs(rows, nowMillis);
    answer(entry.remove(MetaRow.parseSource(row)), entry, batch, result);
  }

  private static void answer(
      StepResult step, JobEntry entry, RowBatch batch, Result.Builder result) {
    entry.writeTo(batch);
    result.setSource(SourceResult.newBuilder().setJob(step.getDone() ? 0 : entry.begun()));
  }

  private static Refusal notFound(String message) {
    return Refusal.newBuilder().setCode(Refusal.Code.NOT_FOUND).setMessage(message).build();
  }

  private static void setCluster(RowReader rows, RowBatch batch, SetCluster request) {
    if (request.getLevel() != 0) {
      long held = MetaRow.readNumber(rows, MetaKey.LEVEL);
      batch.put(
          Family.META, MetaKey.LEVEL.octets(), MetaRow.number(Math.max(held, request.getLevel())));
    }
    if (request.hasIdentity() && rows.get(MetaKey.IDENTITY) == null) {
      Identity identity = request.getIdentity();
      batch.put(Family.META, MetaKey.IDENTITY.octets(), MetaRow.message(identity));
    }
    if (request.hasSettings()) {
      Settings held = StoreSettings.read(rows);
      batch.put(
          Family.META,
          MetaKey.SETTINGS.octets(),
          MetaRow.message(held.toBuilder().mergeFrom(request.getSettings()).build()));
    }
  }
}
