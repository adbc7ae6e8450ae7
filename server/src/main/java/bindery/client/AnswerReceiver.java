package bindery.client;

import bindery.model.HostPort;
import bindery.wire.ClientData;
import bindery.wire.LeaseQuery;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Takes the answers of queries as they come. Called by the thread that asks, which reads on only
 * when the call returns; so a slow receiver slows the server down.
 *
 * <p>Whatever it throws ends the asking and the connection.
 */
@FunctionalInterface
public interface AnswerReceiver {
  /**
   * One client on one link, or a part of its leases there.
   *
   * @param query which query it answers
   * @param baseTime seconds since 2000 that ages and lifetimes count from; empty if not sent
   * @param data may name a client that an earlier call named
   */
  void clientData(LeaseQuery query, OptionalLong baseTime, ClientData data);

  /**
   * The answer broke off behind data that was handed out, and {@link Requestor} could ask for it
   * again from the start. True takes all of it back; false, as unless overridden, keeps what came,
   * and the query ends incomplete.
   *
   * @param query which query it answered in part
   */
  default boolean restarts(LeaseQuery query) {
    return false;
  }

  /**
   * A query has ended for good. Called by {@link Requestor} alone, once for each query; after it
   * nothing more of the query comes.
   *
   * @param server which server the result is of; empty if none was reached
   */
  default void ended(LeaseQuery query, QueryResult result, Optional<HostPort> server) {}

  /**
   * No server could answer what is left. Called by {@link Requestor} alone, before it waits and
   * tries again.
   *
   * @param reason what the last server said or did
   * @param wait how long it waits
   */
  default void retrying(String reason, Duration wait) {}
}
