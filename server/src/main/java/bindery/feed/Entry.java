package bindery.feed;

import bindery.log.v1.Apply;
import bindery.log.v1.Command;
import bindery.log.v1.Group;
import bindery.log.v1.Result;
import bindery.raft.Replica;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One log entry with pieces of several lanes, and which piece went where.
 *
 * @param bytes about how many octets the command takes encoded, rounded up
 * @param groups how many groups the command has
 */
record Entry(Command command, int bytes, int groups, List<Part> parts) {
  /** The level whose rules the entry needs. */
  static final int LEVEL = 1;

  // Tags, lengths and numbers of a group; names come on top.
  private static final int GROUP_BYTES = 64;

  Entry {
    parts = List.copyOf(parts);
  }

  /**
   * A piece within the entry.
   *
   * @param group index of its group
   * @param offset index, within the group, of its first item
   */
  record Part(Lane lane, Piece piece, int group, int offset) {}

  /** Whether a result tells of every group. */
  boolean isAnsweredBy(Result result) {
    return !result.hasRefusal() && result.getApply().getGroupsCount() == groups;
  }

  /** Takes pieces until the entry is full. */
  static final class Builder {
    private final Apply.Builder apply = Apply.newBuilder();
    private final List<Part> parts = new ArrayList<>();
    private int bytes;
    private @Nullable Lane lane;
    private Group.@Nullable Builder group;
    private long nextSequence;

    boolean isEmpty() {
      return parts.isEmpty();
    }

    int bytes() {
      return bytes;
    }

    private static int headBytes(Lane lane) {
      // A name may take three octets a character, though valid ones take one.
      return GROUP_BYTES + 3 * (lane.source().length() + lane.feeder().length());
    }

    /** Whether the piece still goes in. An empty entry takes any. */
    boolean fits(Lane next, Piece piece) {
      return parts.isEmpty()
          || bytes + headBytes(next) + piece.bytes() <= Replica.COMMAND_BYTES_MAX - (1 << 9);
    }

    /** Takes a piece; pieces of one lane in the order of their sequences. */
    void add(Lane from, Piece piece) {
      Group.Builder into = group;
      if (into == null || lane != from || nextSequence != piece.firstSequence()) {
        into =
            apply
                .addGroupsBuilder()
                .setSource(from.source())
                .setFeeder(from.feeder())
                .setSession(from.session())
                .setFirstSequence(piece.firstSequence());
        bytes += headBytes(from);
        group = into;
        lane = from;
      }
      parts.add(new Part(from, piece, apply.getGroupsCount() - 1, into.getItemsCount()));
      into.addAllItems(piece.items());
      if (piece.sourceClockMillis() != 0) {
        into.setSourceClockMillis(piece.sourceClockMillis());
      }
      nextSequence = piece.nextSequence();
      bytes += piece.bytes();
    }

    Entry build() {
      Command command = Command.newBuilder().setLevel(LEVEL).setApply(apply).build();
      return new Entry(command, bytes, apply.getGroupsCount(), parts);
    }
  }
}
