package bindery.query;

import bindery.model.LeaseKey;
import bindery.model.OptionCode;
import bindery.store.BindingCursor;
import bindery.store.Selector;
import bindery.store.StoreException;
import bindery.store.StoreView;
import bindery.store.StreamPart;
import bindery.wire.Frame;
import bindery.wire.ReplyEncoder;
import bindery.wire.Status;
import bindery.wire.StatusCode;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to one query: LEASEQUERY-REPLY with the first binding, LEASEQUERY-DATA for each
 * further one, LEASEQUERY-DONE; or the REPLY alone, if there is nothing to tell or no answer to
 * give (RFC 5460 5.2, S-30..S-49). The one sequence of all query types.
 *
 * <p>One message tells one binding, or a part of one that no single message holds: its messages
 * then share client and CLT, and relay data and options go with the first. Relay data, and then
 * options, that leave no room for a lease beside them are left out; a lease never is. The messages
 * are the same wherever pages end.
 *
 * <p>One thread at a time. Pins its snapshot from when it is made until {@link #close}, which may
 * come at any time and more than once.
 */
public final class Answer implements AutoCloseable {
  /** The smallest page: the largest frame fits. */
  public static final int PAGE_BYTES_MIN = Frame.PREFIX_SIZE + Frame.MESSAGE_SIZE_MAX;

  private static final Logger LOG = LoggerFactory.getLogger(Answer.class);

  // Rows that one turn walks over at most: a time window may pass over all of them.
  private static final int FILL_ROWS_MAX = 16_384;
  private static final int OPTION_HEADER = Frame.OPTION_HEADER_SIZE;
  // IAPREFIX with lifetimes, length, prefix and options.
  private static final int LEASE_BYTES_MAX = OPTION_HEADER + 25 + LeaseKey.OPTIONS_SIZE_MAX;

  /** How the answer stands. */
  public enum Result {
    /** Not at its end. */
    UNDER_WAY,
    /** Bindings, then DONE. */
    ANSWERED,
    /** A REPLY that says there is nothing. */
    EMPTY,
    /** A REPLY with a status other than QueryTerminated. */
    REFUSED,
    /** QueryTerminated, in REPLY or DONE. */
    TERMINATED
  }

  private enum State {
    /** Nothing is told. */
    START,
    /** The REPLY is told, with a binding. */
    DATA,
    /** The last message is told. */
    ENDED
  }

  private final ReplyEncoder frames;
  private final RequestedOptions wanted;
  private final TimeWindow window;
  private final Plan plan;
  private final AnswerClock clock;
  private final @Nullable StoreView view;
  private final @Nullable BindingCursor cursor;
  private final Consumer<StoreException> onStoreFault;
  private final WithheldAnswers withheld;
  private final OptionalLong silentSince;

  private State state = State.START;
  private Result result = Result.UNDER_WAY;
  private boolean isClosed;
  // Octets of whole messages on the page that is being filled.
  private int filled;
  // Whether the cursor stands on a row that is not told in full, whether a part of it is told, and
  // as of when.
  private boolean hasRow;
  private boolean isRowBegun;
  private long rowNow;
  private boolean hasSeenLive;
  // Whether a row had a live lease when a source fell silent, and has none any more.
  private boolean hasSeenSilenced;
  private long bindings;
  private @Nullable Status failure;
  private Status status = Status.SUCCESS;
  private byte[] options = new byte[0];

  /**
   * An answer at its beginning.
   *
   * @param view closed by the answer; null if the plan refuses
   * @param cursor closed by the answer; null if the plan refuses
   * @param onStoreFault told when the store cannot be trusted any more
   * @param withheld counts it if "there is nothing" is not said
   */
  Answer(
      ReplyEncoder frames,
      RequestedOptions wanted,
      TimeWindow window,
      Plan plan,
      AnswerClock clock,
      @Nullable StoreView view,
      @Nullable BindingCursor cursor,
      Consumer<StoreException> onStoreFault,
      WithheldAnswers withheld) {
    this.frames = frames;
    this.wanted = wanted;
    this.window = window;
    this.plan = plan;
    this.clock = clock;
    this.view = view;
    this.cursor = cursor;
    this.onStoreFault = onStoreFault;
    this.withheld = withheld;
    silentSince = plan instanceof Plan.Scan scan ? scan.silentSince() : OptionalLong.empty();
  }

  /**
   * Fills a page with the next whole messages. A fault of the store ends the answer with
   * QueryTerminated, behind the messages that are sound (S-45).
   *
   * @param page at least {@link #PAGE_BYTES_MIN} octets
   * @return octets filled; 0 is no end unless {@link #hasEnded} says so
   */
  public int fill(byte[] page) {
    if (page.length < PAGE_BYTES_MIN) {
      throw new IllegalArgumentException(
          "a page of " + page.length + " octets (expected >= " + PAGE_BYTES_MIN + ")");
    }
    filled = 0;
    try {
      if (failure != null) {
        end(page, failure);
      } else if (plan instanceof Plan.Refuse refuse) {
        refuse(page, refuse);
      } else if (cursor != null) {
        walk(page, cursor);
      }
    } catch (StoreException e) {
      LOG.error("event=store_fault: an answer ends early", e);
      end(page, new Status(StatusCode.QUERY_TERMINATED, "the store failed"));
      onStoreFault.accept(e);
    } catch (RuntimeException e) {
      LOG.error("event=answer_fault: an answer ends early", e);
      end(page, new Status(StatusCode.QUERY_TERMINATED, "the server failed"));
    }
    return filled;
  }

  private void walk(byte[] page, BindingCursor rows) {
    long now = clock.now();
    for (int turns = 0; turns < FILL_ROWS_MAX && state != State.ENDED; turns++) {
      if (!hasRow && !rows.next()) {
        finish(page);
        return;
      }
      hasRow = true;
      StreamPart row = rows.row();
      if (!isRowBegun) {
        if (!isToTell(row, now)) {
          hasRow = false;
          continue;
        }
        rowNow = now;
      }
      if (page.length - filled < sizeMax(row)) {
        return;
      }
      tell(page, row);
    }
  }

  private boolean isToTell(StreamPart row, long now) {
    if (!row.isLive(now)) {
      hasSeenSilenced |= silentSince.isPresent() && row.isLive(silentSince.getAsLong());
      return false;
    }
    hasSeenLive = true;
    return window.holds(row.lastChange());
  }

  private int sizeMax(StreamPart row) {
    long most =
        (long) frames.replyHeadSize()
            + row.headSize()
            + row.leasesSize()
            + (wanted.wantsRelayData() ? OPTION_HEADER + row.relayDataSize() : 0)
            + (wanted.wantsOptions() ? row.optionsSize() : 0);
    return (int) Math.min(most, PAGE_BYTES_MIN);
  }

  /** Writes one message with the row, or with as much of it as fits. */
  private void tell(byte[] page, StreamPart row) {
    int start =
        state == State.START ? frames.beginReply(page, filled) : frames.beginData(page, filled);
    int leases = row.copyHead(page, start, rowNow);
    int room = filled + PAGE_BYTES_MIN - leases;
    int relaySize = 0;
    int optionsSize = 0;
    if (!isRowBegun) {
      row.rewind();
      int spare = room - Math.min(row.leasesSize(), LEASE_BYTES_MAX);
      if (wanted.wantsRelayData() && row.relayDataSize() > 0) {
        relaySize = OPTION_HEADER + row.relayDataSize();
        relaySize = relaySize <= spare ? relaySize : 0;
      }
      if (wanted.wantsOptions() && row.optionsSize() > 0) {
        optionsSize = wantedOptions(row);
        optionsSize = optionsSize <= spare - relaySize ? optionsSize : 0;
      }
    }
    int at = row.copyLeases(page, leases, room - relaySize - optionsSize, rowNow);
    if (at == leases) {
      throw new IllegalStateException(
          "no lease fits into " + (room - relaySize - optionsSize) + " octets: " + row);
    }
    if (relaySize > 0) {
      page[at] = (byte) (OptionCode.LQ_RELAY_DATA >>> 8);
      page[at + 1] = (byte) OptionCode.LQ_RELAY_DATA;
      page[at + 2] = (byte) (row.relayDataSize() >>> 8);
      page[at + 3] = (byte) row.relayDataSize();
      at = row.copyRelayData(page, at + OPTION_HEADER);
    }
    System.arraycopy(options, 0, page, at, optionsSize);
    at += optionsSize;
    frames.end(page, filled, at);
    filled = at;
    state = State.DATA;
    bindings++;
    isRowBegun = row.hasMoreLeases(rowNow);
    hasRow = isRowBegun;
  }

  private int wantedOptions(StreamPart row) {
    int size = row.optionsSize();
    if (options.length < size) {
      options = new byte[size];
    }
    row.copyOptions(options, 0);
    return wanted.keep(options, size);
  }

  /** Writes what follows the last binding, if the page has room for it. */
  private void finish(byte[] page) {
    if (state == State.DATA) {
      if (page.length - filled >= ReplyEncoder.STATUS_FRAME_SIZE_MAX) {
        filled = frames.writeDone(page, filled);
        result = Result.ANSWERED;
        state = State.ENDED;
      }
      return;
    }
    Plan.@Nullable Refuse instead =
        plan instanceof Plan.Scan scan ? scan.ifNone().orElse(null) : null;
    if (instead == null && hasSeenSilenced && !hasSeenLive) {
      instead = Plan.Refuse.withheld(Withheld.SILENT);
    }
    // A lease that is held, if outside the time window, leaves its address a known one.
    boolean isSilent =
        instead != null && instead.withheld().filter(Withheld.SILENT::equals).isPresent();
    if (instead != null && ((instead.isTermination() && !isSilent) || !hasSeenLive)) {
      refuse(page, instead);
    } else {
      filled = frames.writeNothingFound(page, filled);
      result = Result.EMPTY;
      state = State.ENDED;
    }
  }

  /**
   * Ends the answer with QueryTerminated: in the REPLY if nothing was told, else in DONE (S-12).
   *
   * @param page overwritten from its start
   * @param reason for a person's eyes (S-48)
   * @return octets filled
   */
  public int terminate(byte[] page, String reason) {
    filled = 0;
    if (state != State.ENDED) {
      end(page, new Status(StatusCode.QUERY_TERMINATED, reason));
    }
    return filled;
  }

  private void refuse(byte[] page, Plan.Refuse instead) {
    instead.withheld().ifPresent(withheld::add);
    end(page, instead.status());
  }

  /** Writes the last message, with an error status, behind what the page holds. */
  private void end(byte[] page, Status status) {
    boolean isTermination = status.code().equals(StatusCode.QUERY_TERMINATED);
    if (state == State.START) {
      filled = frames.writeRefusal(page, filled, status);
    } else if (page.length - filled >= ReplyEncoder.STATUS_FRAME_SIZE_MAX) {
      filled = frames.writeFailedDone(page, filled, status);
    } else {
      // The next turn has room: it finds the end, and nothing but the end.
      failure = status;
      return;
    }
    this.status = status;
    result = isTermination ? Result.TERMINATED : Result.REFUSED;
    state = State.ENDED;
  }

  /** Whether the last message is told. */
  public boolean hasEnded() {
    return state == State.ENDED;
  }

  /** How the answer stands. */
  public Result result() {
    return result;
  }

  /** The links of what there is to tell, looked up apart from it. Blocks on the store. */
  ClientLinks links() {
    return view == null || !(plan instanceof Plan.Scan scan)
        ? ClientLinks.NONE
        : ClientLinks.of(view, scan, clock.now());
  }

  /** What it ended with; Success until it ends with an error. */
  public Status status() {
    return status;
  }

  /** Whether the connection has to be drained and closed behind this answer (S-46, T-06). */
  public boolean closesConnection() {
    return switch (result) {
      case UNDER_WAY, TERMINATED -> true;
      case REFUSED -> plan instanceof Plan.Refuse refuse && refuse.closesConnection();
      case ANSWERED, EMPTY -> false;
    };
  }

  /** Messages with client data so far. */
  public long bindings() {
    return bindings;
  }

  /** What it tells all live bindings of; empty if it tells of none, or of those of a time alone. */
  public Optional<Selector> walked() {
    return plan instanceof Plan.Scan scan && window.isOpen()
        ? Optional.of(scan.selector())
        : Optional.empty();
  }

  /** The revision it tells of; -1 if it tells of none. */
  public long revision() {
    return view == null ? -1 : view.revision();
  }

  /** Whether a snapshot is pinned. */
  public boolean isPinned() {
    return view != null && !isClosed;
  }

  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    release(cursor, view);
  }

  /** Closes the cursor, then, whatever came of that, its view. */
  static void release(@Nullable BindingCursor cursor, @Nullable StoreView view) {
    try {
      if (cursor != null) {
        cursor.close();
      }
    } finally {
      if (view != null) {
        view.close();
      }
    }
  }
}
