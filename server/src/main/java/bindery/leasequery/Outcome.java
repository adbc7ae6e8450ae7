package bindery.leasequery;

import bindery.query.Answer;

/** How a query ended, as it is counted. */
public enum Outcome {
  /** With bindings, up to DONE. */
  ANSWERED,
  /** With the statement that there is nothing. */
  EMPTY,
  /** With a status other than QueryTerminated, in place of an answer. */
  REFUSED,
  /** With QueryTerminated, before or after the first binding. */
  TERMINATED,
  /** Without a reply, as the protocol demands of a message that cannot be answered. */
  DISCARDED,
  /** Without a reply, by UDP: there was no room for it, or its reply could not be made or sent. */
  UNANSWERED,
  /** By the connection's end before the answer's. */
  CUT_OFF;

  /** Of an answer that has ended so, or not at all. */
  static Outcome of(Answer.Result result) {
    return switch (result) {
      case UNDER_WAY -> CUT_OFF;
      case ANSWERED -> ANSWERED;
      case EMPTY -> EMPTY;
      case REFUSED -> REFUSED;
      case TERMINATED -> TERMINATED;
    };
  }
}
