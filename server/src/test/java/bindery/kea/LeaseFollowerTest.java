package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.v1.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeaseFollowerTest extends FollowerCase {
  LeaseFollowerTest(@TempDir Path folder) throws IOException {
    super(folder);
  }

  @Test
  void run_fileThatGrowsAndIsCleanedUp_isFedThroughout() {
    kea.append(KeaFiles.put(1, CLTT), KeaFiles.put(2, CLTT));
    start().awaitFollowing();
    awaitHeld(1, 2);

    kea.append(KeaFiles.end(1, CLTT), KeaFiles.put(3, CLTT));
    awaitHeld(2, 3);
    kea.rotate();
    kea.append(KeaFiles.put(4, CLTT));
    awaitHeld(2, 3, 4);
    kea.merge();
    kea.append(KeaFiles.end(2, CLTT));
    awaitHeld(3, 4);
    assertThat(cluster.syncs()).isEqualTo(1);
    assertThat(cluster.sourceClockMillis()).isGreaterThan(CLTT);
    assertThat(cluster.items().get(0).hasBeginSync()).isTrue();
  }

  @Test
  void run_againWithItsPosition_goesOnWithoutAResync() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    start().awaitFollowing().stop();
    assertThat(saved().position().line()).isEqualTo(2);
    kea.append(KeaFiles.put(2, CLTT));
    kea.rotate();
    kea.append(KeaFiles.put(3, CLTT));
    start().awaitFollowing();

    awaitHeld(1, 2, 3);
    assertThat(cluster.syncs()).isEqualTo(1);
    assertThat(cluster.exchanges()).isEqualTo(3);
    assertThat(cluster.opens().get(1).getEpoch()).isEqualTo(cluster.opens().get(0).getEpoch());
  }

  @Test
  void run_againAfterTwoCleanUps_resyncsAndLetsGo() {
    kea.append(KeaFiles.put(1, CLTT), KeaFiles.put(2, CLTT));
    start().awaitFollowing().stop();
    kea.cleanUp();
    kea.append(KeaFiles.end(1, CLTT + 5));
    kea.cleanUp(); // nothing tells of 1 any more
    kea.append(KeaFiles.put(3, CLTT));
    start().awaitFollowing();

    awaitHeld(2, 3);
    assertThat(cluster.syncs()).isEqualTo(2);
  }

  @Test
  void run_positionDamaged_resyncs() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    start().awaitFollowing().stop();
    Files.writeString(position, "bindery-position 1\nsou");
    start().awaitFollowing();

    assertThat(cluster.syncs()).isEqualTo(2);
    assertThat(folder.resolve("position.aside")).exists();
    awaitSavedLine(2);
  }

  @Test
  void run_replacedAndTruncatedFile_resyncs() {
    kea.append(KeaFiles.put(1, CLTT), KeaFiles.put(2, CLTT));
    start().awaitFollowing();
    awaitHeld(1, 2);
    Rows.write(kea.base, KeaFiles.put(2, CLTT)); // the same inode, cut
    awaitHeld(2);
    Rows.write(kea.beside(".restored"), KeaFiles.put(2, CLTT), KeaFiles.put(5, CLTT));
    KeaFiles.move(kea.beside(".restored"), kea.base);

    awaitHeld(2, 5);
    assertThat(cluster.syncs()).isEqualTo(3);
  }

  @Test
  void run_fileGone_waitsForAnother() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    start().awaitFollowing();
    Files.delete(kea.base);
    kea.createBase();
    kea.append(KeaFiles.put(2, CLTT));

    awaitHeld(2);
  }

  @Test
  void run_noFileYet_waitsForIt() throws Exception {
    Files.delete(kea.base);
    start();
    kea.createBase();
    kea.append(KeaFiles.put(1, CLTT));

    awaitHeld(1);
  }

  @Test
  void run_filesThatAreNotAll_letsGoOfNothing() {
    kea.append(KeaFiles.put(1, CLTT), "broken");
    new Run(options(false)).awaitFollowing();
    kea.append(KeaFiles.put(2, CLTT));

    awaitHeld(1, 2);
    kea.cleanUp();
    kea.append(KeaFiles.put(3, CLTT));
    awaitHeld(1, 2, 3);
    assertThat(cluster.items()).allMatch(Item::hasExchange).hasSize(3);
  }

  @Test
  void run_controlSocket_tellsSignsOfLifeWhileKeaAnswers() throws Exception {
    Path socket = folder.resolve("kea.sock");
    try (FakeKea control = new FakeKea(socket, "{ \"result\": 0 }")) {
      new Run(options(Optional.of(socket), Optional.empty())).awaitFollowing();
      await().atMost(Duration.ofSeconds(20)).until(() -> cluster.alives() > 2);
      control.answer("{ \"result\": 1 }");
      int asked = control.commands.size();
      await().atMost(Duration.ofSeconds(20)).until(() -> control.commands.size() > asked + 1);
      long alives = cluster.alives();
      await().atMost(Duration.ofSeconds(20)).until(() -> control.commands.size() > asked + 4);
      assertThat(cluster.alives()).isEqualTo(alives);
    }
  }

  @Test
  void run_configuration_isImportedBeforeTheFirstRowAndWhenItChanges() throws Exception {
    Path configuration = folder.resolve("kea-dhcp6.conf");
    Files.writeString(
        configuration,
        "{ \"Dhcp6\": { \"subnet6\": [ { \"id\": 1, \"subnet\": \"2001:db8:1::/64\" } ] } }");
    kea.append(KeaFiles.put(1, CLTT));
    new Run(options(Optional.empty(), Optional.of(configuration))).awaitFollowing();
    assertThat(cluster.links()).containsExactly("kea1/1");

    Files.writeString(configuration, "{ broken");
    kea.append(KeaFiles.put(2, CLTT));
    awaitHeld(1, 2);
    Files.writeString(
        configuration,
        "{ \"Dhcp6\": { \"subnet6\": [ { \"id\": 2, \"subnet\": \"2001:db8:2::/64\" } ] } }");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(cluster.links()).containsExactlyInAnyOrder("kea1/1", "kea1/2"));
  }

  @Test
  void run_controlSocketAlone_hasTheLinksFromThere() throws Exception {
    Path socket = folder.resolve("kea.sock");
    try (FakeKea control = new FakeKea(socket, "{ \"result\": 0 }")) {
      control.configuration(
          """
          { "result": 0, "arguments": { "Dhcp6": { "subnet6": [
            { "id": 4, "subnet": "2001:db8:4::/64" } ] } } }
          """);
      kea.append(KeaFiles.put(1, CLTT));
      new Run(options(Optional.of(socket), Optional.empty())).awaitFollowing();
      assertThat(cluster.links()).containsExactly("kea1/4");
    }
  }

  @Test
  void run_whatIsNoLeaseFile_endsAtTheStart() {
    Rows.writeText(kea.base, "what,ever\n");
    assertThat(start().failure())
        .isInstanceOf(KeaFormatException.class)
        .hasMessageContaining("no column address");
    assertThat(cluster.opens()).isEmpty();
  }

  @Test
  void run_noFolder_endsAtTheStart() {
    FollowOptions usual = options();
    FollowOptions elsewhere =
        new FollowOptions(
            usual.source(),
            usual.feeder(),
            folder.resolve("none").resolve("leases.csv"),
            true,
            usual.interval(),
            usual.position(),
            Optional.empty(),
            Optional.empty(),
            usual.callTimeout());

    assertThat(new Run(elsewhere).failure())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no folder " + folder.resolve("none"));
  }
}
