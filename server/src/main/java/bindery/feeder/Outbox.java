package bindery.feeder;

import bindery.feeder.AckListener.Committed;
import bindery.feeder.ApiException.Kind;
import bindery.v1.Ack;
import bindery.v1.Batch;
import bindery.v1.Item;
import bindery.v1.Opened;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The items of a feeder that are not yet acknowledged, in the order of their sequences: a batch
 * being filled, batches waiting to be sent, and batches sent. Guarded by its stream.
 */
final class Outbox {
  /** The most items of a batch (feed.proto, Batch). */
  static final int BATCH_ITEMS_MAX = 1_000;

  /** A batch is sent when it has reached that size, the acknowledgement of another or not. */
  private static final int BATCH_BYTES_TARGET = 48 << 10;

  // The most octets of a batch of several items, less what the batch's own fields take.
  private static final int BATCH_BYTES_MAX = (128 << 10) - 64;
  // Tag and length of an item within a batch.
  private static final int ITEM_FRAME_BYTES = 5;

  private final Deque<Sealed> waiting = new ArrayDeque<>();
  private final Deque<Sealed> sent = new ArrayDeque<>();
  private Batch.Builder filling;
  private int fillingBytes;
  private final ByteString incarnation;
  private long acknowledged;
  private int items;
  private long bytes;

  /**
   * The octets of an item.
   *
   * @throws IllegalArgumentException if it is too large to be sent
   */
  static int sizeOf(Item item) {
    int size = item.getSerializedSize();
    if (size > FeedStream.ITEM_BYTES_MAX) {
      throw new IllegalArgumentException(
          "an item of " + size + " octets (expected at most " + FeedStream.ITEM_BYTES_MAX + ")");
    }
    return size;
  }

  /** Goes on after what the cluster held when the feeder first opened. */
  Outbox(Opened first) {
    incarnation = first.getIncarnation();
    acknowledged = first.getLastSequence();
    filling = Batch.newBuilder().setFirstSequence(acknowledged + 1);
  }

  /**
   * Why the stream cannot go on with a session opened so: the cluster lost what it acknowledged, or
   * another program uses the feeder's name and epoch. Null if it can.
   */
  @Nullable ApiException mismatch(Opened answer, FeederId feeder) {
    long held = answer.getLastSequence();
    if (!answer.getIncarnation().equals(incarnation) || held < acknowledged) {
      return new ApiException(
          Kind.RESTORED,
          "the cluster was restored: it holds sequence "
              + held
              + " of "
              + feeder
              + ", but had acknowledged "
              + acknowledged
              + "; feed everything again");
    }
    if (held >= nextSequence()) {
      return new ApiException(
          Kind.FENCED,
          "another program feeds as "
              + feeder
              + ": sequence "
              + held
              + " is held, but only "
              + (nextSequence() - 1)
              + " was put");
    }
    return null;
  }

  /** A batch that takes no more items. */
  record Sealed(Batch batch, int bytes) {
    long throughSequence() {
      return batch.getFirstSequence() + batch.getItemsCount() - 1;
    }

    Committed committed(Ack ack) {
      return new Committed(
          batch.getFirstSequence(), throughSequence(), ack.getRevision(), ack.getResultsList());
    }
  }

  /** The sequence that the next item gets. */
  long nextSequence() {
    return filling.getFirstSequence() + filling.getItemsCount();
  }

  /** How many items are here. */
  int items() {
    return items;
  }

  /** Encoded octets of the items that are here. */
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return items == 0;
  }

  boolean hasSent() {
    return !sent.isEmpty();
  }

  /** Takes an item; returns its sequence. */
  long put(Item item) {
    int size = item.getSerializedSize() + ITEM_FRAME_BYTES;
    if (filling.getItemsCount() == BATCH_ITEMS_MAX
        || (filling.getItemsCount() > 0 && fillingBytes + size > BATCH_BYTES_MAX)) {
      seal();
    }
    long sequence = nextSequence();
    filling.addItems(item);
    fillingBytes += size;
    items++;
    bytes += size;
    return sequence;
  }

  private void seal() {
    long next = nextSequence();
    waiting.add(new Sealed(filling.build(), fillingBytes));
    filling = Batch.newBuilder().setFirstSequence(next);
    fillingBytes = 0;
  }

  /**
   * The next batch to send, which counts as sent from now on.
   *
   * @param now whether to send a batch that could still take more items
   * @return null if there is none yet
   */
  @Nullable Sealed next(boolean now) {
    if (waiting.isEmpty() && filling.getItemsCount() > 0) {
      boolean full =
          fillingBytes >= BATCH_BYTES_TARGET || filling.getItemsCount() == BATCH_ITEMS_MAX;
      // With nothing under way there is no acknowledgement to wait for.
      if (full || now || sent.isEmpty()) {
        seal();
      }
    }
    Sealed next = waiting.poll();
    if (next != null) {
      sent.add(next);
    }
    return next;
  }

  /**
   * Lets go of the oldest sent batch.
   *
   * @return null if that is not the one that ends with {@code throughSequence}
   */
  @Nullable Sealed acknowledge(long throughSequence) {
    Sealed oldest = sent.peek();
    if (oldest == null || oldest.throughSequence() != throughSequence) {
      return null;
    }
    sent.remove();
    acknowledged = throughSequence;
    items -= oldest.batch().getItemsCount();
    bytes -= oldest.bytes();
    return oldest;
  }

  /** Makes everything sent wait again, in order. */
  void rewind() {
    while (!sent.isEmpty()) {
      waiting.addFirst(sent.removeLast());
    }
  }
}
