package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.feeder.LinkClient;
import bindery.feeder.ServerList;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By a clock that the test moves. */
final class LinkWatchTest {
  private final Path file;
  private final FakeCluster cluster = new FakeCluster();
  private final ServerList servers = new ServerList(List.of(cluster.address()));
  private final List<String> told = new ArrayList<>();
  private final LinkWatch watch;
  private long nanos = 1;
  private int asked;
  private Answer answer = () -> configuration(1);

  private interface Answer {
    JsonNode get() throws IOException;
  }

  LinkWatchTest(@TempDir Path folder) throws IOException {
    file = folder.resolve("kea-dhcp6.conf");
    watch = watch(new ConfigPath(file));
  }

  private LinkWatch watch(ConfigOrigin origin) {
    LinkClient client = new LinkClient(servers, Duration.ofSeconds(5));
    return new LinkWatch(origin, "kea1", new LinkImport(client, told::add), told::add, () -> nanos);
  }

  private LinkWatch ofKea() {
    return watch(
        new ConfigGet(
            "kea",
            () -> {
              asked++;
              return answer.get();
            },
            "(name a file)",
            () -> nanos));
  }

  private static JsonNode configuration(int id) {
    try {
      return JsonMapper.builder()
          .build()
          .readTree(
              """
              { "result": 0, "arguments": { "hash": "%d",
                "Dhcp6": { "subnet6": [ { "id": %d, "subnet": "2001:db8:%d::/64" } ] } } }
              """
                  .formatted(id, id, id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  @Test
  void look_askingKea_importsTwiceAMinuteWhatHasChanged() throws Exception {
    LinkWatch asking = ofKea();
    assertThat(asking.look()).isTrue();
    assertThat(asking.look()).isTrue();
    assertThat(asked).isEqualTo(1);
    assertThat(cluster.links()).containsExactly("kea1/1");

    pass(Duration.ofSeconds(30));
    assertThat(asking.look()).isTrue();
    assertThat(asked).isEqualTo(2);
    assertThat(told).hasSize(2); // unchanged

    answer = () -> configuration(2);
    pass(Duration.ofSeconds(30));
    assertThat(asking.look()).isTrue();
    assertThat(cluster.links()).containsExactlyInAnyOrder("kea1/1", "kea1/2");
  }

  @Test
  void look_keaRefuses_isNoFaultAndAskedAgainInAnHour() throws Exception {
    answer =
        () -> {
          throw new KeaRefusedException("kea: result 403");
        };
    LinkWatch asking = ofKea();
    assertThat(asking.look()).isTrue();
    pass(Duration.ofMinutes(59));
    assertThat(asking.look()).isTrue();
    assertThat(asked).isEqualTo(1);

    answer = () -> configuration(1);
    pass(Duration.ofMinutes(1));
    assertThat(asking.look()).isTrue();
    assertThat(cluster.links()).containsExactly("kea1/1");
  }

  @Test
  void look_noKeaToAsk_isToBeTriedSoon() throws Exception {
    answer =
        () -> {
          throw new ConnectException("kea: nobody there");
        };
    LinkWatch asking = ofKea();
    assertThat(asking.look()).isFalse();
    answer = () -> configuration(1);
    assertThat(asking.look()).isTrue();
    assertThat(cluster.links()).containsExactly("kea1/1");
  }

  @Test
  void look_keaFails_isAskedAgainInSeconds() throws Exception {
    answer =
        () -> {
          throw new IOException("kea: no answer within 20000 ms");
        };
    LinkWatch asking = ofKea();
    assertThat(asking.look()).isTrue();
    assertThat(asking.look()).isTrue();
    assertThat(asked).isEqualTo(1);
    answer = () -> configuration(1);
    pass(Duration.ofSeconds(5));
    assertThat(asking.look()).isTrue();
    assertThat(cluster.links()).containsExactly("kea1/1");
  }

  @AfterEach
  void close() {
    servers.close();
    cluster.close();
  }

  private void write(int id, String prefix) throws IOException {
    Files.writeString(
        file,
        "{ \"Dhcp6\": { \"subnet6\": [ { \"id\": %d, \"subnet\": \"%s\" } ] } }"
            .formatted(id, prefix));
  }

  @Test
  void look_unchangedContent_importsOnce() throws Exception {
    write(1, "2001:db8:1::/64");
    assertThat(watch.look()).isTrue();
    assertThat(told).hasSize(2).contains("new kea1/1");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    assertThat(watch.look()).isTrue();

    assertThat(told).hasSize(2);
  }

  @Test
  void look_contradiction_isTriedAgainLater() throws Exception {
    write(1, "2001:db8:1::/64");
    assertThat(watch.look()).isTrue();
    write(1, "2001:db8:2::/64"); // joins the link of its name, which has that subnet
    assertThat(watch.look()).isTrue();
    Files.writeString(
        file,
        """
        { "Dhcp6": { "subnet6": [ { "id": 7, "subnet": "2001:db8:7::/64" } ],
          "shared-networks": [ { "name": "kea1/1", "subnet6": [ { "id": 8, "subnet": "2001:db8:8::/64" } ] } ] } }
        """);
    assertThat(watch.look()).isTrue();
    assertThat(cluster.links()).containsExactly("kea1/1"); // nothing of a file that contradicts

    write(7, "2001:db8:7::/64");
    assertThat(watch.look()).isTrue();
    assertThat(cluster.links()).containsExactlyInAnyOrder("kea1/1", "kea1/7");
  }

  @Test
  void look_noFile_isToldAndMended() throws Exception {
    assertThat(watch.look()).isTrue();
    write(1, "2001:db8:1::/64");
    assertThat(watch.look()).isTrue();

    assertThat(cluster.links()).containsExactly("kea1/1");
  }

  @Test
  void look_noClusterToAsk_isToBeTriedSoon() throws Exception {
    write(1, "2001:db8:1::/64");
    cluster.close();

    assertThat(watch.look()).isFalse();
    assertThat(watch.look()).isFalse();
  }
}
