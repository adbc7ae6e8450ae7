package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.v1.HashResponse;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HashCommandTest {
  private final ScriptedNode first;
  private final ScriptedNode second;
  private final ScriptedNode third;

  HashCommandTest() throws IOException {
    first = ScriptedNode.start();
    second = ScriptedNode.start();
    third = ScriptedNode.start();
  }

  private static HashResponse hash(String node, int octet) {
    byte[] hash = new byte[32];
    hash[31] = (byte) octet;
    return HashResponse.newBuilder()
        .setNode(node)
        .setBindings(4_000)
        .setLeases(5_000)
        .setLinks(3)
        .setSources(1)
        .setHash(ByteString.copyFrom(hash))
        .build();
  }

  @BeforeEach
  void agree() {
    first.sayHash(hash("n1", 0xab));
    second.sayHash(hash("n2", 0xab));
    third.sayHash(hash("n3", 0xab));
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
    third.close();
  }

  private CommandRun ask(String... more) {
    String[] arguments = new String[4 + more.length];
    arguments[0] = "hash";
    arguments[1] = "--server";
    arguments[2] = first.address() + "," + second.address();
    arguments[3] = "--server=" + third.address();
    System.arraycopy(more, 0, arguments, 4, more.length);
    return CommandRun.of(arguments);
  }

  @Test
  void hash_allAlike_exits0WithALineForEach() {
    CommandRun run = ask();

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out().replaceAll(" +", " "))
        .startsWith("NODE REVISION BINDINGS HASH\n")
        .contains("n1 100 4000 " + "00".repeat(31) + "ab\n")
        .contains("n2 100 4000 " + "00".repeat(31) + "ab\n")
        .contains("n3 100 4000 " + "00".repeat(31) + "ab\n");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void hash_oneDiffers_exits1AndSaysWhich() {
    third.sayHash(hash("n3", 0xac));

    CommandRun run = ask();

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("THE NODES DIFFER at revision 100: n1, n2 against n3.");
    assertThat(run.lines()).hasSize(4);
  }

  @Test
  void hash_asJson_isAnObjectForEachServer() {
    assertThat(ask("-o", "json").lines())
        .hasSize(3)
        .first()
        .asString()
        .contains("\"node\":\"n1\"")
        .contains("\"revision\":100")
        .contains("\"bindings\":4000")
        .contains("\"leases\":5000")
        .contains("\"hash\":\"" + "00".repeat(31) + "ab\"");
  }

  @Test
  void hash_oneUnreachable_exits7AndShowsTheOthers() throws IOException {
    CommandRun run = ask("--server", FeedJsonCommandTest.closedPort(), "-o", "json");

    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.lines()).hasSize(4);
    assertThat(run.lines().get(3)).contains("\"answered\":false");
    assertThat(run.err()).contains("Error: ").contains("no connection");
  }

  @Test
  void hash_oneUnreachableAndTwoDiffer_exits1() throws IOException {
    second.sayHash(hash("n2", 0xac));

    CommandRun run = ask("--server", FeedJsonCommandTest.closedPort());

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("n1, n3 against n2");
  }

  @Test
  void hash_snapshotGone_exits6WithTheNodesWords() {
    second.refuseWith(Status.NOT_FOUND.withDescription("node n2 keeps no snapshot"));

    CommandRun run = ask();

    assertThat(run.exit()).isEqualTo(6);
    assertThat(run.err()).contains(second.address() + ": node n2 keeps no snapshot");
  }

  @Test
  void hash_nobodyThere_exits7() throws IOException {
    CommandRun run = CommandRun.of("hash", "--server", FeedJsonCommandTest.closedPort());

    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.out()).isEmpty();
  }
}
