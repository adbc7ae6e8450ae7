package bindery.raft;

import bindery.log.v1.Command;
import bindery.log.v1.Result;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A command on its way to a result, through as many attempts as its time allows. */
final class Proposal {
  private final long call;
  private final boolean counted;
  private final Command command;
  private final byte[] octets;
  private final long begunNanos = System.nanoTime();
  private final CompletableFuture<Result> result = new CompletableFuture<>();
  private volatile boolean unknown;
  private volatile @Nullable BooleanSupplier underWay;
  private volatile @Nullable Future<?> expiry;

  /**
   * Not under way yet.
   *
   * @param counted whether it counts among those in flight
   */
  Proposal(long call, boolean counted, Command command, byte[] octets) {
    this.call = call;
    this.counted = counted;
    this.command = command;
    this.octets = octets;
  }

  /** Its number at this node: higher for a later one. */
  long call() {
    return call;
  }

  /** How long it has been on its way. */
  long ageNanos() {
    return System.nanoTime() - begunNanos;
  }

  /** Whether it counts among those in flight. */
  boolean counted() {
    return counted;
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

  /** Notes what will end its time. */
  void expireBy(Future<?> timer) {
    expiry = timer;
  }

  /** Its time does not matter any more. */
  void cancelExpiry() {
    Future<?> timer = expiry;
    if (timer != null) {
      timer.cancel(false);
    }
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
