package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All members but one are lost for good, and that one was killed as well: by one command its folder
 * is the beginning of a new cluster, with all that was acknowledged.
 */
final class RecoverIT {
  private static final int LINES = 500;

  @TempDir private Path folder;

  private static PackagedProgram.Outcome recover(
      PackagedProgram program, DevRun cluster, String lost) {
    return program.run(
        "recover",
        cluster.data(1).toString(),
        "--into",
        cluster.data(4).toString(),
        "--node",
        "n4",
        "--lost",
        lost);
  }

  @Test
  void recover_folderOfTheOneThatIsLeft_isTheBeginningOfANewCluster() throws Exception {
    PackagedProgram program = PackagedProgram.unpack(folder);
    try (DevRun cluster = DevRun.start(program, folder.resolve("cluster"))) {
      PackagedProgram.Outcome put =
          program.run("link", "put", "a", "2001:db8:a::/64", "--server", cluster.api(1));
      assertThat(put.exit()).as(put.err()).isZero();
      cluster.feed(1, PutLine.of(0, LINES));
      cluster.awaitBindings(1, "2001:db8:a::1", LINES);
      cluster.kill9(3);

      PackagedProgram.Outcome running = recover(program, cluster, "n2,n3");
      assertThat(running.exit()).isEqualTo(1);
      assertThat(running.err()).contains("is in use by process");
      cluster.kill9(1);
      PackagedProgram.Outcome answering = recover(program, cluster, "n2,n3");
      assertThat(answering.exit()).isEqualTo(1);
      assertThat(answering.err()).contains("n2 is named lost, but", cluster.raft(2));
      cluster.kill9(2);
      PackagedProgram.Outcome tooFew = recover(program, cluster, "n3");
      assertThat(tooFew.exit()).isEqualTo(1);
      assertThat(tooFew.err()).contains("can still elect", "bindery member replace");
      assertThat(cluster.data(4)).doesNotExist();

      PackagedProgram.Outcome made = recover(program, cluster, "n2,n3");
      assertThat(made.exit()).as(made.err()).isZero();
      assertThat(made.out()).contains("leases " + LINES, "incarnation ");
      assertThat(made.err()).contains("Next:", "ever runs again");
      assertThat(recover(program, cluster, "n2,n3").err()).contains("is not empty");

      cluster.startAlone(4);
      cluster.awaitServing(4);
      cluster.awaitBindings(4, "2001:db8:a::1", LINES);
      cluster.feed(4, PutLine.of(LINES, LINES));
      cluster.awaitBindings(4, "2001:db8:a::1", 2 * LINES);
    }
  }
}
