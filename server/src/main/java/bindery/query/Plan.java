package bindery.query;

import bindery.store.Selector;
import bindery.wire.Status;
import bindery.wire.StatusCode;
import java.util.Optional;
import java.util.OptionalLong;

/** What is to be done with a query. */
sealed interface Plan {
  /**
   * Walk the bindings and tell them.
   *
   * @param selector which bindings
   * @param isBulk whether there may be many
   * @param ifNone what to say instead of "there is nothing"; empty if that may be said
   * @param silentSince since when a source tells nothing any more, seconds since 2000: what has run
   *     out since is no reason to say that there is nothing; empty if none is silent
   */
  record Scan(Selector selector, boolean isBulk, Optional<Refuse> ifNone, OptionalLong silentSince)
      implements Plan {}

  /**
   * Answer with a status alone (S-44).
   *
   * @param status not Success
   * @param closesConnection whether the connection is drained and closed after it, as it always is
   *     after QueryTerminated
   * @param withheld why "there is nothing" is not said; empty if the query is refused for itself
   */
  record Refuse(Status status, boolean closesConnection, Optional<Withheld> withheld)
      implements Plan {
    /** With a status and, for a person's eyes, the reason. */
    static Refuse with(StatusCode code, String reason) {
      return of(new Status(code, reason), Optional.empty());
    }

    /** Instead of "there is nothing". */
    static Refuse withheld(Withheld reason) {
      return of(reason.status(), Optional.of(reason));
    }

    private static Refuse of(Status status, Optional<Withheld> withheld) {
      return new Refuse(status, status.code().equals(StatusCode.QUERY_TERMINATED), withheld);
    }

    /** Whether the requestor is told to come again later. */
    boolean isTermination() {
      return status.code().equals(StatusCode.QUERY_TERMINATED);
    }
  }
}
