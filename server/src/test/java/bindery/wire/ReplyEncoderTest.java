package bindery.wire;

import static bindery.wire.Vectors.REQUESTOR;
import static bindery.wire.Vectors.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.model.Bytes;
import bindery.model.Duid;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Lengths, limits and the options that belong into each message of an answer. */
final class ReplyEncoderTest {
  private static final OptionalLong BASE_TIME = OptionalLong.of(0xf0c0_ffeeL);
  private static final String BASE_TIME_OPTION = "00640004f0c0ffee";

  private static ReplyEncoder encoder(OptionalLong baseTime) {
    return new ReplyEncoder(SERVER, REQUESTOR, 0xabcdef, baseTime);
  }

  @Test
  @DisplayName("3.5 room for client-options")
  void room_ofEachMessage_leavesOutItsOwnOptions() {
    assertThat(ReplyEncoder.DATA_ROOM_MAX).isEqualTo(65_527);
    assertThat(encoder(OptionalLong.empty()).dataRoom()).isEqualTo(65_527);
    assertThat(encoder(BASE_TIME).dataRoom()).isEqualTo(65_519);
    assertThat(encoder(OptionalLong.empty()).replyRoom()).isEqualTo(65_527 - 18 - 14);

    Duid largest = new Duid(Bytes.of(new byte[130]));
    assertThat(new ReplyEncoder(largest, largest, 1, OptionalLong.empty()).replyRoom())
        .isEqualTo(65_527 - 268);
  }

  @Test
  void end_dataThatFillsTheRoom_hasTheLargestMessageSize() {
    ReplyEncoder encoder = encoder(OptionalLong.empty());
    byte[] page = new byte[2 + 65_535 + 10];
    int at = encoder.beginData(page, 5);

    encoder.end(page, 5, at + encoder.dataRoom());

    assertThat(Bytes.of(page, 5, 2).hex()).isEqualTo("ffff");
    assertThat(Bytes.of(page, at - 4, 4).hex()).isEqualTo("002dfff7");
  }

  @Test
  void end_oneOctetTooManyOrNone_throws() {
    for (ReplyEncoder encoder :
        new ReplyEncoder[] {encoder(OptionalLong.empty()), encoder(BASE_TIME)}) {
      byte[] page = new byte[70_000];
      int data = encoder.beginData(page, 0);
      assertThatThrownBy(() -> encoder.end(page, 0, data + encoder.dataRoom() + 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected 1.." + encoder.dataRoom());
      assertThatThrownBy(() -> encoder.end(page, 0, data))
          .isInstanceOf(IllegalArgumentException.class);
      int reply = encoder.beginReply(page, 0);
      encoder.end(page, 0, reply + encoder.replyRoom());
      assertThat(Bytes.of(page, 0, 2).hex()).isEqualTo("ffff");
      assertThatThrownBy(() -> encoder.end(page, 0, reply + encoder.replyRoom() + 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected 1.." + encoder.replyRoom());
    }
  }

  @Test
  @DisplayName("S-72 base-time in every message, S-38 nothing else in DATA, S-41 nor in DONE")
  void write_withBaseTime_putsItIntoEveryMessage() {
    ReplyEncoder encoder = encoder(BASE_TIME);
    byte[] page = new byte[1_000];

    int at = encoder.beginReply(page, 0);
    assertThat(Bytes.of(page, 2, at - 2).hex())
        .isEqualTo(
            "0fabcdef"
                + "0002000e0002000000090cc084d303000912"
                + "0001000a0003000102005e10000a"
                + BASE_TIME_OPTION
                + "002d0000");
    assertThat(at).isEqualTo(encoder.replyHeadSize());
    at = encoder.beginData(page, 0);
    assertThat(Bytes.of(page, 2, at - 2).hex())
        .isEqualTo("11abcdef" + BASE_TIME_OPTION + "002d0000");
    assertThat(at).isEqualTo(encoder.dataHeadSize());
    at = encoder.writeDone(page, 0);
    assertThat(Bytes.of(page, 0, at).hex()).isEqualTo("000c10abcdef" + BASE_TIME_OPTION);
    at = encoder.writeNothingFound(page, 0);
    assertThat(Bytes.of(page, 0, at).hex()).endsWith(BASE_TIME_OPTION).startsWith("002c0f");
    at = encoder.writeRefusal(page, 0, new Status(StatusCode.NOT_ALLOWED, ""));
    assertThat(Bytes.of(page, 0, at).hex()).endsWith("000d0002000a" + BASE_TIME_OPTION);
    at = encoder.writeFailedDone(page, 0, new Status(StatusCode.UNSPEC_FAIL, ""));
    assertThat(Bytes.of(page, 0, at).hex())
        .isEqualTo("001210abcdef000d00020001" + BASE_TIME_OPTION);
  }

  @Test
  @DisplayName("S-49 status text is UTF-8 without NUL, cut at a character")
  void writeRefusal_overlongText_isCutAtACharacter() throws MalformedMessageException {
    byte[] page = new byte[ReplyEncoder.STATUS_FRAME_SIZE_MAX];
    String text = "x" + "\u20ac".repeat(400); // 1 + 3 * 400 octets

    int size =
        encoder(OptionalLong.empty())
            .writeRefusal(page, 0, new Status(StatusCode.MALFORMED_QUERY, text));

    ServerMessage.Reply reply =
        (ServerMessage.Reply) ReplyDecoder.decode(page, 2, size - 2, REQUESTOR);
    assertThat(reply.status().text()).isEqualTo("x" + "\u20ac".repeat(170));
    assertThat(reply.status().text().getBytes(StandardCharsets.UTF_8).length)
        .isLessThanOrEqualTo(ReplyEncoder.STATUS_TEXT_SIZE_MAX);
  }

  @Test
  void writeRefusal_largestOfEverything_fillsTheStatedSize() {
    Duid largest = new Duid(Bytes.of(new byte[130]));
    byte[] page = new byte[ReplyEncoder.STATUS_FRAME_SIZE_MAX];

    int size =
        new ReplyEncoder(largest, largest, 1, BASE_TIME)
            .writeRefusal(page, 0, new Status(StatusCode.MALFORMED_QUERY, "y".repeat(513)));

    assertThat(size).isEqualTo(ReplyEncoder.STATUS_FRAME_SIZE_MAX);
  }

  @Test
  void writeFailure_withSuccess_throws() {
    byte[] page = new byte[ReplyEncoder.STATUS_FRAME_SIZE_MAX];

    assertThatThrownBy(() -> encoder(BASE_TIME).writeRefusal(page, 0, Status.SUCCESS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> encoder(BASE_TIME).writeFailedDone(page, 0, Status.SUCCESS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void create_numbersOutOfRange_throws() {
    for (int xid : new int[] {-1, 0x100_0000}) {
      assertThatThrownBy(() -> new ReplyEncoder(SERVER, REQUESTOR, xid, OptionalLong.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("transaction-id of " + xid);
    }
    for (long time : new long[] {-1, 0x1_0000_0000L}) {
      assertThatThrownBy(() -> encoder(OptionalLong.of(time)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("base-time of " + time);
    }
  }

  @Test
  void writeDone_pageTooSmall_throwsAndNamesNoOtherError() {
    assertThatThrownBy(() -> encoder(BASE_TIME).writeDone(new byte[5], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
