package bindery.raft;

import bindery.log.v1.Command;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * A command on its way into the log of this node, while it leads.
 *
 * <p>Handed over as it is within the process: the engine takes no other kind of request, so nothing
 * enters the log that a member of this cluster has not parsed first.
 */
final class CommandMessage implements Message {
  private final Command command;
  private final byte[] octets;
  private volatile boolean logged;

  /**
   * A command and its encoding, which must not be changed any more.
   *
   * @param command without a stamp
   */
  CommandMessage(Command command, byte[] octets) {
    this.command = command;
    this.octets = octets;
  }

  @Override
  public ByteString getContent() {
    return UnsafeByteOperations.unsafeWrap(octets);
  }

  /** The command with the leader's stamp. */
  Command stamped(long proposedAtMillis) {
    return command.toBuilder().setProposedAtMillis(proposedAtMillis).build();
  }

  /** The encoding with the leader's stamp behind it, which reads the same as {@link #stamped}. */
  ByteString stampedOctets(long proposedAtMillis) {
    int stampSize =
        CodedOutputStream.computeUInt64Size(
            Command.PROPOSED_AT_MILLIS_FIELD_NUMBER, proposedAtMillis);
    byte[] all = new byte[octets.length + stampSize];
    System.arraycopy(octets, 0, all, 0, octets.length);
    try {
      CodedOutputStream stamp = CodedOutputStream.newInstance(all, octets.length, stampSize);
      stamp.writeUInt64(Command.PROPOSED_AT_MILLIS_FIELD_NUMBER, proposedAtMillis);
      stamp.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("an array of the computed size was too short", e);
    }
    return UnsafeByteOperations.unsafeWrap(all);
  }

  /** Notes that it is about to be appended to the log. */
  void noteLogged() {
    logged = true;
  }

  /** Whether it may be in the log: then its outcome is unknown until it is applied. */
  boolean mayBeLogged() {
    return logged;
  }
}
