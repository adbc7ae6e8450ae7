package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Command;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CommandMessageTest {
  @Test
  void stampedOctets_readAsTheStampedCommand() throws Exception {
    Command command = TestCluster.link("a");
    CommandMessage message = new CommandMessage(command, command.toByteArray());
    long stamp = 1_795_449_600_123L;
    Command read = Command.parseFrom(message.stampedOctets(stamp).asReadOnlyByteBuffer());
    assertThat(read).isEqualTo(message.stamped(stamp));
    assertThat(read.getProposedAtMillis()).isEqualTo(stamp);
    assertThat(read.getPutLink()).isEqualTo(command.getPutLink());
  }

  @Test
  void stamp_wallClockGoesBack_staysWhereItWas() {
    AtomicLong now = new AtomicLong(5_000);
    InstantSource wall = () -> Instant.ofEpochMilli(now.get());
    LeaderClock clock = new LeaderClock(wall);
    assertThat(clock.stamp()).isEqualTo(5_000);
    now.set(4_000);
    assertThat(clock.stamp()).isEqualTo(5_000);
    now.set(5_001);
    assertThat(clock.stamp()).isEqualTo(5_001);
  }
}
