package bindery.client;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.client.QueryResult.Outcome;
import bindery.model.HostPort;
import bindery.wire.ClientData;
import bindery.wire.LeaseQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** What a run was told. */
final class Told implements AnswerReceiver {
  final List<String> addresses = new ArrayList<>();
  final Map<Integer, QueryResult> results = new LinkedHashMap<>();
  final Map<Integer, HostPort> servers = new LinkedHashMap<>();
  final List<String> retries = new ArrayList<>();
  boolean takesBack;

  @Override
  public void clientData(LeaseQuery query, OptionalLong baseTime, ClientData data) {
    data.leases().forEach(lease -> addresses.add(query.transactionId() + " " + lease.key()));
  }

  @Override
  public boolean restarts(LeaseQuery query) {
    if (takesBack) {
      addresses.removeIf(address -> address.startsWith(query.transactionId() + " "));
    }
    return takesBack;
  }

  @Override
  public void ended(LeaseQuery query, QueryResult result, Optional<HostPort> server) {
    assertThat(results.put(query.transactionId(), result)).as("ended twice").isNull();
    server.ifPresent(by -> servers.put(query.transactionId(), by));
  }

  @Override
  public void retrying(String reason, Duration wait) {
    retries.add(reason);
  }

  QueryResult result(int number) {
    return Objects.requireNonNull(results.get(number));
  }

  Outcome outcome(int number) {
    return result(number).outcome();
  }
}
