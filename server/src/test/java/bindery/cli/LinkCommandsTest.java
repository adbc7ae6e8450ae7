package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.v1.Link;
import com.sun.net.httpserver.HttpServer;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinkCommandsTest {
  private static final String SAMPLE = "../deploy/sample/kea-dhcp6.conf";

  private final ScriptedNode node;

  LinkCommandsTest() throws IOException {
    node = ScriptedNode.start();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private CommandRun link(String... arguments) {
    List<String> all = new ArrayList<>(List.of("link"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--server", node.address()));
    return CommandRun.of(all.toArray(new String[0]));
  }

  private List<String> row(String name) {
    return LinkText.row(node.links.getOrDefault(name, Link.getDefaultInstance()));
  }

  @Test
  void put_withEverything_sendsAllOfIt() {
    CommandRun run =
        link(
            "put",
            "access-7",
            "2001:db8:a::/64",
            "2001:db8:b::/64",
            "--pool",
            "3fff:a00::/32",
            "--alias",
            "fe80::7",
            "--subnet",
            "kea:1024",
            "--subnet",
            "kea2:7");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("link access-7: version 1, 5 bindings moved");
    assertThat(row("access-7"))
        .containsExactly(
            "access-7",
            "2001:db8:a::/64,2001:db8:b::/64",
            "3fff:a00::/32",
            "fe80::7",
            "kea:1024,kea2:7",
            "1");
  }

  @Test
  void put_ofNothingOrNonsense_isAUsageErrorWithAnExample() {
    assertThat(link("put", "a").exit()).isEqualTo(2);
    assertThat(link("put", "a").err()).contains("bindery link put access-7 2001:db8:a::/64");
    assertThat(link("put", "a", "2001:db8::1/64").err()).contains("bits set beyond the length");
    assertThat(link("put", "a", "2001:db8::/64", "--subnet", "7").err())
        .contains("expected SOURCE:ID");
    assertThat(link("put", "a", "2001:db8::/64", "--subnet", "kea:4294967296").err())
        .contains("kea:4294967296")
        .contains("0..4294967295");
    assertThat(link("put", "a", "2001:db8::/64", "--alias", "x").exit()).isEqualTo(2);
  }

  @Test
  void put_otherVersionThanExpected_exits5() {
    CommandRun run = link("put", "a", "2001:db8::/64", "--expected-version", "3");

    assertThat(run.exit()).isEqualTo(5);
    assertThat(run.err()).contains("version 0");
  }

  @Test
  void put_noAnswerInTime_exits6AndSaysWhereToLook() {
    node.fallSilent();
    CommandRun run = link("put", "a", "2001:db8::/64", "--timeout", "300ms");

    assertThat(run.exit()).isEqualTo(6);
    assertThat(run.err())
        .contains(node.address() + ": no answer within 300ms; the change may or may not have been")
        .contains("(see: bindery link list)")
        .doesNotContain("CallOptions");
    assertThat(CommandRun.of("link", "put", "--help").out()).contains("Exit code 6");
  }

  @Test
  void list_noAnswerInTime_exits7AndSpeaksOfNoChange() {
    node.fallSilent();
    CommandRun run = link("list", "--timeout", "300ms");

    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err())
        .contains(node.address() + ": no answer within 300ms")
        .doesNotContain("change");
  }

  @Test
  void list_whatListensIsNoApi_saysSo() throws IOException {
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.start();
    try {
      CommandRun run =
          CommandRun.of("link", "list", "--server", "127.0.0.1:" + other.getAddress().getPort());

      assertThat(run.exit()).isEqualTo(7);
      assertThat(run.err()).contains("is not the API of a node");
    } finally {
      other.stop(0);
    }
  }

  @Test
  void list_asTableAndAsJson_showsEveryLink() {
    link("put", "a", "2001:db8:a::/64", "--subnet", "kea:1");
    link("put", "b", "2001:db8:b::/64");

    assertThat(link("list").lines().get(0)).startsWith("NAME  PREFIXES");
    assertThat(link("list").lines()).hasSize(3);
    assertThat(link("list", "-o", "json").lines())
        .containsExactly(
            "{\"name\":\"a\",\"id\":0,\"prefixes\":[\"2001:db8:a::/64\"],\"pools\":[],"
                + "\"aliases\":[],\"subnets\":[{\"source\":\"kea\",\"subnet_id\":1}],\"version\":1}",
            "{\"name\":\"b\",\"id\":0,\"prefixes\":[\"2001:db8:b::/64\"],\"pools\":[],"
                + "\"aliases\":[],\"subnets\":[],\"version\":1}");
  }

  @Test
  void delete_knownAndUnknown_exits0And4() {
    link("put", "a", "2001:db8:a::/64");

    assertThat(link("delete", "a").exit()).isZero();
    CommandRun again = link("delete", "a");
    assertThat(again.exit()).isEqualTo(4);
    assertThat(again.err()).contains("no link a");
  }

  @Test
  void importKea_theSample_isThreeLinksAndOnceEnough() {
    CommandRun first = link("import-kea", SAMPLE, "--source", "east");
    CommandRun second = link("import-kea", SAMPLE, "--source", "east");

    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.err()).contains("new east/1").contains("links: 5 new, 0 changed");
    assertThat(second.err()).contains("links: 0 new, 0 changed, 5 unchanged");
    assertThat(node.links).containsOnlyKeys("east/1", "east/2", "east/3", "east/4", "campus");
  }

  @Test
  void importKea_secondServerOfAPair_joinsTheLinks() {
    link("import-kea", SAMPLE, "--source", "kea1");
    CommandRun run = link("import-kea", SAMPLE, "--source", "kea2");

    assertThat(run.err()).contains("links: 0 new, 5 changed");
    assertThat(node.links).hasSize(5);
    assertThat(row("kea1/1")).contains("kea1:1,kea2:1");
  }

  @Test
  void importKea_contradiction_changesNothing(@TempDir Path folder) throws IOException {
    link("put", "campus", "2001:db8:99::/64");
    Path config = Files.writeString(folder.resolve("c.conf"), Files.readString(Path.of(SAMPLE)));

    CommandRun run = link("import-kea", config.toString());

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("nothing imported").contains("campus");
    assertThat(node.links).hasSize(1);
  }

  @Test
  void importKea_aFolder_isNamed(@TempDir Path folder) {
    CommandRun run = link("import-kea", folder.toString());

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains(folder + ": a folder");
  }

  @Test
  void importKea_refusedByTheServer_exits5() {
    node.refuseWith(Status.INVALID_ARGUMENT.withDescription("links[0].name"));

    assertThat(link("import-kea", SAMPLE).exit()).isEqualTo(5);
  }

  @Test
  void link_noServer_exits7() throws IOException {
    CommandRun run = CommandRun.of("link", "list", "--server", FeedJsonCommandTest.closedPort());

    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err()).contains("no connection: Connection refused");
  }

  @Test
  void link_noCommand_isAUsageError() {
    assertThat(CommandRun.of("link").exit()).isEqualTo(2);
    assertThat(CommandRun.of("link", "putt").exit()).isEqualTo(2);
  }
}
