package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.cli.FeedEntry.Fault;
import bindery.cli.FeedEntry.Update;
import bindery.kea.LineReader;
import bindery.v1.Exchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JsonUpdatesTest {
  private static final String ONE =
      "{\"op\":\"seen\",\"client\":\"00030001\",\"cltt\":1764000000,\"address\":\"2001:db8::1\"}";
  private static final String TWO = ONE.replace("::1", "::2");
  private static final String THREE = ONE.replace("::1", "::3");

  private static String with(String line, String field) {
    return line.replace("}", "," + field.replace('\'', '"') + "}");
  }

  private static List<FeedEntry> read(String... lines) throws IOException {
    byte[] octets = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    try (JsonUpdates updates =
        new JsonUpdates("-", new LineReader(new ByteArrayInputStream(octets)), 0)) {
      List<FeedEntry> entries = new ArrayList<>();
      FeedEntry entry = updates.next();
      while (entry != null) {
        entries.add(entry);
        entry = updates.next();
      }
      return entries;
    }
  }

  private static Exchange exchange(FeedEntry entry) {
    return ((Update) entry).exchange();
  }

  @Test
  void next_linesOfOneClientAndCltt_areOneExchange() throws Exception {
    List<FeedEntry> entries = read(ONE, TWO, THREE);

    assertThat(entries).hasSize(1);
    assertThat(exchange(entries.get(0)).getLeasesCount()).isEqualTo(3);
    assertThat(entries.get(0).lines()).hasToString("-:1-3");
  }

  @Test
  void next_anotherClientOrCltt_beginsTheNext() throws Exception {
    assertThat(read(ONE, TWO.replace("00030001", "00030002"), THREE)).hasSize(3);
    assertThat(read(ONE, TWO.replace("1764000000", "1764000001"))).hasSize(2);
  }

  @Test
  void next_whatOneLineTells_holdsForItsExchange() throws Exception {
    String relays = "'relays':[{'hop':0,'link':'2001:db8:a::1','peer':'fe80::1'}]";

    List<FeedEntry> entries = read(ONE, with(TWO, relays), with(THREE, "'link':'access'"));

    assertThat(entries).hasSize(1);
    assertThat(exchange(entries.get(0)).getRelaysCount()).isEqualTo(1);
    assertThat(exchange(entries.get(0)).getLink()).isEqualTo("access");
  }

  @Test
  void next_linesThatContradict_areTwoExchanges() throws Exception {
    for (String field :
        List.of(
            "'link':'%d'",
            "'subnet_id':%d",
            "'relay_source':'::%d'",
            "'options':'002700010%d'",
            "'relays':[{'hop':0,'link':'::%d','peer':'fe80::1'}]")) {
      String first = with(ONE, field.replace("%d", "1"));
      assertThat(read(first, with(TWO, field.replace("%d", "1")))).as(field).hasSize(1);
      assertThat(read(first, with(TWO, field.replace("%d", "2")))).as(field).hasSize(2);
    }
  }

  @Test
  void next_aLeaseNamedAgain_beginsTheNext() throws Exception {
    assertThat(read(ONE, TWO, ONE)).hasSize(2);
  }

  @Test
  void next_badAndBlankLinesBetween_doNotPartAnExchange() throws Exception {
    List<FeedEntry> entries = read(ONE, "", "bad", " \t\r", TWO);

    assertThat(entries).hasSize(2);
    assertThat(entries.get(0)).isInstanceOf(Fault.class);
    assertThat(entries.get(0).lines()).hasToString("-:3");
    assertThat(exchange(entries.get(1)).getLeasesCount()).isEqualTo(2);
    assertThat(entries.get(1).lines().count()).isEqualTo(2);
  }

  @Test
  void next_byteOrderMarkAtTheFront_saysNothing() throws Exception {
    assertThat(read("\ufeff" + ONE)).singleElement().isInstanceOf(Update.class);
    assertThat(read(ONE, "\ufeff" + TWO).get(0)).isInstanceOf(Fault.class);
  }

  @Test
  void next_moreLeasesThanABindingHas_areParted() throws Exception {
    String[] lines = new String[4_097];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = ONE.replace("::1", "::" + Integer.toHexString(i + 1));
    }

    List<FeedEntry> entries = read(lines);

    assertThat(entries).hasSize(2);
    assertThat(exchange(entries.get(0)).getLeasesCount()).isEqualTo(4_096);
  }

  @Test
  void next_lineTooLong_isAFaultAndTheRestGoesOn() throws Exception {
    List<FeedEntry> entries = read("x".repeat(LineReader.LINE_BYTES_MAX + 1), ONE);

    assertThat(((Fault) entries.get(0)).reason()).contains("more than 1048576 octets");
    assertThat(entries.get(1)).isInstanceOf(Update.class);
  }

  @Test
  void next_inputStillOpen_givesWhatIsWhole() throws Exception {
    try (PipedOutputStream pipe = new PipedOutputStream();
        JsonUpdates updates =
            new JsonUpdates("-", new LineReader(new PipedInputStream(pipe, 4_096)), 0)) {
      pipe.write(
          (ONE + "\n" + TWO.replace("00030001", "00030002") + "\n")
              .getBytes(StandardCharsets.UTF_8));
      pipe.flush();

      assertThat(updates.next()).isInstanceOf(Update.class);
    }
  }
}
