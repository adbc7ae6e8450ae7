package bindery.store;

import bindery.log.v1.Command;
import bindery.log.v1.Refusal;
import bindery.log.v1.Result;

/**
 * Turns a log entry into rows. Deterministic: what it puts and answers hangs on the rows, the entry
 * and its position alone.
 */
final class Applier {
  /**
   * Applies one entry.
   *
   * @param rows the state before the entry
   * @param batch takes every change; the caller adds the applied index and writes it
   */
  Result apply(RowReader rows, RowBatch batch, AppliedIndex at, Command command) {
    byte[] held = rows.get(MetaKey.CLUSTER_TIME);
    long before = held == null ? 0 : MetaRow.parseNumber(MetaKey.CLUSTER_TIME, held);
    long now = Math.max(before, command.getProposedAtMillis());
    batch.put(Family.META, MetaKey.CLUSTER_TIME.octets(), MetaRow.number(now));
    Result.Builder result = Result.newBuilder().setRevision(at.index()).setClusterTimeMillis(now);
    if (!command.hasBarrier()) {
      result.setRefusal(
          Refusal.newBuilder()
              .setCode(Refusal.Code.NOT_SUPPORTED)
              .setMessage("an entry of kind " + command.getKindCase()));
    }
    return result.build();
  }
}
