package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.cli.FeedEntry.Update;
import bindery.kea.LineReader;
import bindery.v1.Ack;
import bindery.v1.Batch;
import bindery.v1.FeedRequest;
import bindery.v1.FeedResponse;
import bindery.v1.Item;
import bindery.v1.ItemResult;
import bindery.v1.Open;
import bindery.v1.RejectReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/feeding.md tells other programs, held to the API. */
final class FeedingPageTest {
  private static String page() throws IOException {
    return Files.readString(Path.of("..", "docs", "feeding.md"));
  }

  private static List<String> blocks(String kind) throws IOException {
    return Pattern.compile("```" + kind + "\n(.*?)```", Pattern.DOTALL)
        .matcher(page())
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  private static byte[] octets(int block) throws IOException {
    return HexFormat.of().parseHex(blocks("hex").get(block).replaceAll("\\s", ""));
  }

  @Test
  void example_itsOctets_areWhatItsLinesSay() throws Exception {
    byte[] lines = blocks("json").get(0).getBytes(StandardCharsets.UTF_8);
    try (JsonUpdates updates =
        new JsonUpdates("-", new LineReader(new ByteArrayInputStream(lines)), 0)) {
      FeedEntry entry = updates.next();
      assertThat(entry).isInstanceOf(Update.class);
      Update told = (Update) Objects.requireNonNull(entry);

      Batch.Builder batch =
          Batch.newBuilder()
              .setFirstSequence(1)
              .addItems(Item.newBuilder().setExchange(told.exchange()))
              .setSourceClockMillis(1_764_000_000_123L);
      assertThat(FeedRequest.parseFrom(octets(1)))
          .isEqualTo(FeedRequest.newBuilder().setBatch(batch).build());
      assertThat(updates.next()).isNull();
    }
  }

  @Test
  void example_openAndAck_areAsSaid() throws Exception {
    Open open =
        Open.newBuilder()
            .setSource("dhcp1")
            .setFeeder("example")
            .setEpoch(1_764_000_000_000L)
            .build();
    Ack ack = Ack.newBuilder().setThroughSequence(1).setRevision(1_042).build();
    assertThat(FeedRequest.parseFrom(octets(0)))
        .isEqualTo(FeedRequest.newBuilder().setOpen(open).build());
    assertThat(FeedResponse.parseFrom(octets(2)))
        .isEqualTo(FeedResponse.newBuilder().setAck(ack).build());
  }

  @Test
  void rejects_all_areOnThePage() throws IOException {
    assertThat(page())
        .contains(
            Stream.of(RejectReason.values())
                .filter(reason -> reason != RejectReason.UNRECOGNIZED && reason.getNumber() != 0)
                .map(reason -> "`" + reason + "`")
                .toList())
        .contains("`" + ItemResult.Outcome.SEEN_BEFORE + "`");
  }
}
