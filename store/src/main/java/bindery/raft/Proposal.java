package bindery.raft;

import bindery.log.v1.Command;
import bindery.log.v1.Result;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A command on its way to a result, through as many attempts as its time allows. */
final class Proposal {
  private final long call;
  private final Command command;
  private final byte[] octets;
  private final CompletableFuture<Result> result = new CompletableFuture<>();
  private volatile boolean unknown;
  private volatile @Nullable BooleanSupplier underWay;

  Proposal(long call, Command command, byte[] octets) {
    this.call = call;
    this.command = command;
    this.octets = octets;
  }

  /** Its number at this node: higher for a later one. */
  long call() {
    return call;
  }

  /** The command, for this node's own log. */
  CommandMessage message() {
    return new CommandMessage(command, octets);
  }

  /** The encoded command; not to be changed. */
  byte[] octets() {
    return octets;
  }

  CompletableFuture<Result> result() {
    return result;
  }

  /** Notes that an attempt is under way. */
  void attempt(BooleanSupplier mayBeLogged) {
    underWay = mayBeLogged;
  }

  /** Notes that the attempt ended, maybe with the command in the log. */
  void attemptEnded(boolean maybeLogged) {
    unknown |= maybeLogged;
    underWay = null;
  }

  /** Whether the command may be in the log by some attempt. */
  boolean mayBeLogged() {
    BooleanSupplier attempt = underWay;
    return unknown || (attempt != null && attempt.getAsBoolean());
  }
}
