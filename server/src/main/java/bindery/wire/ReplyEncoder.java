package bindery.wire;

import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.OptionCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/**
 * Writes the frames of one answer into a page of the caller's (RFC 5460 5.2, 7.2).
 *
 * <pre>{@code
 * Answer := Reply(nothing found) | Reply(error status) | Reply(ClientData) Data* Done
 * Reply  := size(2) 0f xid(3) SERVERID CLIENTID [STATUS_CODE] [LQ_BASE_TIME] [CLIENT_DATA]
 * Data   := size(2) 11 xid(3) [LQ_BASE_TIME] CLIENT_DATA
 * Done   := size(2) 10 xid(3) [STATUS_CODE] [LQ_BASE_TIME]
 *
 * 0017 10 0a1b2c  000d 000f 000b 7368757474696e6720646f776e     a DONE: QueryTerminated(11),
 *                                                               "shutting down"
 * }</pre>
 *
 * <p>What is the same in every frame of an answer is laid out once, so that the head of a frame is
 * one copy. Frames with data are written in three steps: {@link #beginReply} or {@link #beginData}
 * returns where the client-options go, the caller writes them, {@link #end} fills in the lengths.
 *
 * <p>A REPLY by UDP is the same message without its size. LQ_CLIENT_LINK stands in such a one alone
 * (S-47), and DATA never carries SERVERID, the requestor's CLIENTID or a status (S-38). Immutable,
 * hence free for any thread; the page is the caller's. A page with too little room is an {@link
 * IndexOutOfBoundsException}.
 */
public final class ReplyEncoder {
  /** The most octets of client-options that fit a DATA, without base-time. */
  public static final int DATA_ROOM_MAX =
      Frame.MESSAGE_SIZE_MAX - Frame.HEADER_SIZE - Frame.OPTION_HEADER_SIZE;

  /** The most octets of UTF-8 of a status; the rest of a longer text is cut off. */
  public static final int STATUS_TEXT_SIZE_MAX = 512;

  /** The most octets of a whole frame without data, so of any frame that carries a status. */
  public static final int STATUS_FRAME_SIZE_MAX =
      Frame.PREFIX_SIZE
          + Frame.HEADER_SIZE
          + 2 * (Frame.OPTION_HEADER_SIZE + Duid.SIZE_MAX)
          + (Frame.OPTION_HEADER_SIZE + 2 + STATUS_TEXT_SIZE_MAX)
          + (Frame.OPTION_HEADER_SIZE + 4);

  private static final int FRAME_HEAD_SIZE = Frame.PREFIX_SIZE + Frame.HEADER_SIZE;

  private final byte[] ids;
  private final byte[] baseTime;
  private final byte[] replyHead;
  private final byte[] dataHead;
  private final int transactionId;

  /**
   * Lays out what all frames of the answer share.
   *
   * @param serverId goes into the REPLY
   * @param requestor the query's own CLIENTID; goes back in the REPLY
   * @param transactionId the query's, 0..0xffffff
   * @param baseTime if present, goes into every frame (S-72): seconds since 2000, 0..4294967295
   * @throws IllegalArgumentException if a number is out of range
   */
  public ReplyEncoder(Duid serverId, Duid requestor, int transactionId, OptionalLong baseTime) {
    if (transactionId < 0 || transactionId > LeaseQuery.TRANSACTION_ID_MAX) {
      throw new IllegalArgumentException(
          "a transaction-id of " + transactionId + " (expected 0..16777215)");
    }
    this.transactionId = transactionId;
    this.ids = new byte[2 * Frame.OPTION_HEADER_SIZE + size(serverId) + size(requestor)];
    int clientIdAt = putDuid(ids, 0, OptionCode.SERVER_ID, serverId);
    putDuid(ids, clientIdAt, OptionCode.CLIENT_ID, requestor);
    this.baseTime = baseTime.isPresent() ? baseTimeOption(baseTime.getAsLong()) : new byte[0];
    this.replyHead = dataFrameHead(MessageType.LEASEQUERY_REPLY, ids);
    this.dataHead = dataFrameHead(MessageType.LEASEQUERY_DATA, new byte[0]);
  }

  private byte[] dataFrameHead(MessageType type, byte[] constants) {
    byte[] head =
        new byte[FRAME_HEAD_SIZE + constants.length + baseTime.length + Frame.OPTION_HEADER_SIZE];
    int at = putHeader(head, 0, type, transactionId);
    at = put(head, at, constants);
    at = put(head, at, baseTime);
    putUint16(head, at, OptionCode.CLIENT_DATA);
    return head;
  }

  private static byte[] baseTimeOption(long instant) {
    if (instant < 0 || instant > 0xffff_ffffL) {
      throw new IllegalArgumentException(
          "a base-time of " + instant + " (expected 0..4294967295 seconds since 2000)");
    }
    byte[] option = new byte[Frame.OPTION_HEADER_SIZE + 4];
    putUint16(option, 0, OptionCode.LQ_BASE_TIME);
    putUint16(option, 2, 4);
    putUint16(option, 4, (int) (instant >>> 16));
    putUint16(option, 6, (int) instant & 0xffff);
    return option;
  }

  /** The most octets of client-options that fit the REPLY of this answer. */
  public int replyRoom() {
    return Frame.MESSAGE_SIZE_MAX - (replyHead.length - Frame.PREFIX_SIZE);
  }

  /** The most octets of client-options that fit a DATA of this answer. */
  public int dataRoom() {
    return Frame.MESSAGE_SIZE_MAX - (dataHead.length - Frame.PREFIX_SIZE);
  }

  /** Octets of a REPLY's frame in front of the client-options. */
  public int replyHeadSize() {
    return replyHead.length;
  }

  /** Octets of a DATA's frame in front of the client-options. */
  public int dataHeadSize() {
    return dataHead.length;
  }

  /**
   * Starts a REPLY with the first client's data at {@code frameStart}.
   *
   * @return where the client-options go
   */
  public int beginReply(byte[] page, int frameStart) {
    return put(page, frameStart, replyHead);
  }

  /**
   * Starts a DATA with a further client's data at {@code frameStart}.
   *
   * @return where the client-options go
   */
  public int beginData(byte[] page, int frameStart) {
    return put(page, frameStart, dataHead);
  }

  /**
   * Fills in the lengths of the REPLY or DATA begun at {@code frameStart}.
   *
   * @param frameEnd behind the last client-option
   * @throws IllegalArgumentException if there are no client-options or more than fit, which is a
   *     fault of the caller's: such a frame must never be sent
   */
  public void end(byte[] page, int frameStart, int frameEnd) {
    boolean isReply =
        page[frameStart + Frame.PREFIX_SIZE] == (byte) MessageType.LEASEQUERY_REPLY.code();
    int optionsAt = frameStart + (isReply ? replyHead.length : dataHead.length);
    int size = frameEnd - optionsAt;
    int room = isReply ? replyRoom() : dataRoom();
    if (size <= 0 || size > room) {
      throw new IllegalArgumentException(
          size + " octets of client-options in one message (expected 1.." + room + ")");
    }
    putUint16(page, frameStart, frameEnd - frameStart - Frame.PREFIX_SIZE);
    putUint16(page, optionsAt - 2, size);
  }

  /**
   * Writes the REPLY that says nothing was found, without status, which no DONE may follow (S-42,
   * S-43).
   *
   * @return the offset behind it
   */
  public int writeNothingFound(byte[] page, int frameStart) {
    return writeReply(page, frameStart, Status.SUCCESS);
  }

  /**
   * Writes the REPLY of a query that fails before any data (S-44).
   *
   * @param status not Success
   * @return the offset behind it
   */
  public int writeRefusal(byte[] page, int frameStart, Status status) {
    checkError(status);
    return writeReply(page, frameStart, status);
  }

  /**
   * Writes the REPLY that names the links of a client instead of its data, to a query by UDP alone
   * (RFC 5007 4.1.2.5, U-05).
   *
   * @param links an address of each, at most 4,000
   * @return the offset behind it
   */
  public int writeClientLinks(byte[] page, int frameStart, List<Ipv6Address> links) {
    int at = putHeader(page, frameStart, MessageType.LEASEQUERY_REPLY, transactionId);
    at = put(page, at, ids);
    putUint16(page, at, OptionCode.LQ_CLIENT_LINK);
    putUint16(page, at + 2, links.size() * Ipv6Address.SIZE);
    at += Frame.OPTION_HEADER_SIZE;
    for (Ipv6Address link : links) {
      at = link.copyTo(page, at);
    }
    return endPlain(page, frameStart, at);
  }

  private int writeReply(byte[] page, int frameStart, Status status) {
    int at = putHeader(page, frameStart, MessageType.LEASEQUERY_REPLY, transactionId);
    at = put(page, at, ids);
    at = putStatus(page, at, status);
    at = put(page, at, baseTime);
    return endPlain(page, frameStart, at);
  }

  /**
   * Writes the DONE of an answer that is complete (S-39, S-41).
   *
   * @return the offset behind it
   */
  public int writeDone(byte[] page, int frameStart) {
    return writeDone(page, frameStart, Status.SUCCESS);
  }

  /**
   * Writes the DONE of an answer that fails after its REPLY (S-45).
   *
   * @param status not Success
   * @return the offset behind it
   */
  public int writeFailedDone(byte[] page, int frameStart, Status status) {
    checkError(status);
    return writeDone(page, frameStart, status);
  }

  private int writeDone(byte[] page, int frameStart, Status status) {
    int at = putHeader(page, frameStart, MessageType.LEASEQUERY_DONE, transactionId);
    at = putStatus(page, at, status);
    at = put(page, at, baseTime);
    return endPlain(page, frameStart, at);
  }

  /**
   * Writes the REPLY to a STARTTLS where TLS is not offered: TLSConnectionRefused, with SERVERID
   * and, as none was sent, without CLIENTID (RFC 7653 9.1, V-20).
   *
   * @return the offset behind it
   */
  public static int writeTlsRefusal(
      byte[] page, int frameStart, Duid serverId, int transactionId, String text) {
    int at = putHeader(page, frameStart, MessageType.REPLY, transactionId);
    at = putDuid(page, at, OptionCode.SERVER_ID, serverId);
    at = putStatus(page, at, new Status(StatusCode.TLS_CONNECTION_REFUSED, text));
    return endPlain(page, frameStart, at);
  }

  private static void checkError(Status status) {
    if (status.isSuccess()) {
      throw new IllegalArgumentException(
          "a failure with status " + status + " (expected an error status)");
    }
  }

  private static int endPlain(byte[] page, int frameStart, int frameEnd) {
    putUint16(page, frameStart, frameEnd - frameStart - Frame.PREFIX_SIZE);
    return frameEnd;
  }

  private static int size(Duid duid) {
    return duid.octets().size();
  }

  private static int putHeader(byte[] page, int frameStart, MessageType type, int transactionId) {
    page[frameStart + 2] = (byte) type.code();
    page[frameStart + 3] = (byte) (transactionId >>> 16);
    putUint16(page, frameStart + 4, transactionId & 0xffff);
    return frameStart + FRAME_HEAD_SIZE;
  }

  private static int putDuid(byte[] page, int at, int code, Duid duid) {
    putUint16(page, at, code);
    putUint16(page, at + 2, size(duid));
    return duid.octets().copyTo(page, at + Frame.OPTION_HEADER_SIZE);
  }

  /** Writes nothing for Success, which is what the lack of the option means (T-02, T-03). */
  private static int putStatus(byte[] page, int at, Status status) {
    if (status.isSuccess()) {
      return at;
    }
    byte[] text = status.text().getBytes(StandardCharsets.UTF_8);
    int textSize = cut(text);
    putUint16(page, at, OptionCode.STATUS_CODE);
    putUint16(page, at + 2, 2 + textSize);
    putUint16(page, at + 4, status.code().code());
    System.arraycopy(text, 0, page, at + 6, textSize);
    return at + 6 + textSize;
  }

  /** Never in the middle of a character: its later octets all begin with the bits 10. */
  private static int cut(byte[] text) {
    if (text.length <= STATUS_TEXT_SIZE_MAX) {
      return text.length;
    }
    int size = STATUS_TEXT_SIZE_MAX;
    while ((text[size] & 0xc0) == 0x80) {
      size--;
    }
    return size;
  }

  private static int put(byte[] page, int at, byte[] octets) {
    System.arraycopy(octets, 0, page, at, octets.length);
    return at + octets.length;
  }

  private static void putUint16(byte[] page, int at, int value) {
    page[at] = (byte) (value >>> 8);
    page[at + 1] = (byte) value;
  }
}
