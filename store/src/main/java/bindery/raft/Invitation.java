package bindery.raft;

import bindery.peer.v1.HelloReply;
import bindery.peer.v1.HelloReply.Verdict;
import bindery.peer.v1.HelloRequest;
import bindery.peer.v1.InviteReply;
import bindery.peer.v1.InviteRequest;
import bindery.peer.v1.Newcomer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * The leader's word to a node that waits to be added, at its address. Each call blocks, 10 s at
 * most. One thread.
 */
final class Invitation {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  private final Admission admission;
  private final PeerSecurity security;
  private final Newcomer newcomer;

  Invitation(Admission admission, PeerSecurity security, Newcomer newcomer) {
    this.admission = admission;
    this.security = security;
    this.newcomer = newcomer;
  }

  /**
   * Makes sure that it is there, and does nothing to it.
   *
   * @throws ChangeRefusedException if it does not answer, or another node does
   */
  void checkIsThere() throws ChangeRefusedException, InterruptedException {
    HelloRequest request = HelloRequest.newBuilder().setIdentity(admission.identity()).build();
    HelloReply reply = ask(client -> client.hello(request, ANSWER_MAX));
    String found = reply.getIdentity().getNode();
    if (!found.equals(newcomer.getName())) {
      throw new ChangeRefusedException(
          "the node at "
              + newcomer.getAddress()
              + " is "
              + found
              + " (expected "
              + newcomer.getName()
              + ", with an empty data folder and join: true)");
    }
  }

  /**
   * Invites it: from now on it takes the log.
   *
   * @throws ChangeRefusedException if it does not answer, does not want to, or has another data
   *     folder than is known
   * @throws IOException if its data folder cannot be written down
   */
  void send() throws ChangeRefusedException, IOException, InterruptedException {
    InviteRequest request =
        InviteRequest.newBuilder()
            .setIdentity(admission.identity())
            .setNode(newcomer.getName())
            .build();
    InviteReply reply = ask(client -> client.invite(request, ANSWER_MAX));
    if (!reply.getRefusal().isEmpty()) {
      throw new ChangeRefusedException(reply.getRefusal());
    }
    if (admission.receive(reply.getIdentity()) != Verdict.WELCOME) {
      throw new ChangeRefusedException(
          newcomer.getName()
              + " has another data folder than the member of that name had: give it a new name");
    }
  }

  private <T> T ask(Function<PeerClient, CompletableFuture<T>> call)
      throws ChangeRefusedException, InterruptedException {
    try (PeerClient client = new PeerClient(newcomer.getAddress(), security)) {
      return call.apply(client).get(2 * ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new ChangeRefusedException(
          newcomer.getName()
              + " does not answer at "
              + newcomer.getAddress()
              + " (expected it to run there, with an empty data folder and join: true): "
              + root(e));
    }
  }

  private static String root(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
