package bindery.cli;

import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import bindery.model.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One question to every node that was named, all at once. */
final class EachServer {
  private EachServer() {}

  /** What a node is asked. */
  interface Question<T> {
    /** Asks. */
    T ask(AdminClient node) throws ApiException, InterruptedException;
  }

  /** What one node answered, or why it did not. */
  record Reply<T>(HostPort server, @Nullable T answer, @Nullable ApiException failure) {
    /** The answer; empty if there is none. */
    Optional<T> given() {
      return Optional.ofNullable(answer);
    }
  }

  /** The answers of all, in the order in which they were named. One thread for each. */
  static <T> List<Reply<T>> ask(ApiArguments api, Question<T> question)
      throws InterruptedException {
    List<ServerList> nodes = api.eachAlone();
    ExecutorService askers = Executors.newFixedThreadPool(nodes.size());
    try {
      List<Future<Reply<T>>> asked = new ArrayList<>();
      for (ServerList node : nodes) {
        asked.add(askers.submit(() -> askOne(node, api.timeout(), question)));
      }
      List<Reply<T>> replies = new ArrayList<>();
      for (Future<Reply<T>> one : asked) {
        replies.add(one.get());
      }
      return replies;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      askers.shutdownNow();
    }
  }

  private static <T> Reply<T> askOne(ServerList node, Duration timeout, Question<T> question)
      throws InterruptedException {
    HostPort server = node.addresses().get(0);
    try (node) {
      return new Reply<>(server, question.ask(new AdminClient(node, timeout)), null);
    } catch (ApiException e) {
      return new Reply<>(server, null, e);
    }
  }
}
