package bindery.feed;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Link;
import bindery.log.v1.Prefix;
import bindery.log.v1.SourceSubnet;
import com.google.protobuf.ByteString;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which links a feeder of kea1 may put. */
final class FeederLinksTest {
  private static final Set<String> OWN = Set.of("kea1");

  private static Link link(int prefix, String... subnets) {
    Link.Builder link =
        Link.newBuilder()
            .setName("a")
            .addPrefixes(
                Prefix.newBuilder()
                    .setAddress(ByteString.copyFrom(new byte[] {0x20, (byte) prefix}))
                    .setLength(64));
    for (String subnet : subnets) {
      int colon = subnet.indexOf(':');
      link.addSubnets(
          SourceSubnet.newBuilder()
              .setSource(subnet.substring(0, colon))
              .setSubnetId(Long.parseLong(subnet.substring(colon + 1))));
    }
    return link.build();
  }

  @Test
  void newLink_ofItsOwn_mayBePut() {
    assertThat(FeederLinks.obstacle(OWN, null, link(1, "kea1:5", "kea1:6"))).isEmpty();
    assertThat(FeederLinks.obstacle(OWN, null, link(1))).contains("names no subnet of kea1");
    assertThat(FeederLinks.obstacle(OWN, null, link(1, "kea2:5")))
        .contains("names no subnet of kea1");
    assertThat(FeederLinks.obstacle(OWN, null, link(1, "kea1:5", "kea2:5")))
        .contains("names subnets of other sources");
  }

  @Test
  void linkOfItsOwn_mayBeChangedInAll() {
    assertThat(FeederLinks.obstacle(OWN, link(1, "kea1:5"), link(2, "kea1:7"))).isEmpty();
    assertThat(FeederLinks.obstacle(OWN, link(1, "kea1:5"), link(1, "kea1:5", "kea2:7")))
        .contains("would get other subnets of other sources");
  }

  @Test
  void linkOfOthers_mayBeJoinedAndLeftAlone() {
    Link shared = link(1, "kea2:5");
    assertThat(FeederLinks.obstacle(OWN, shared, link(1, "kea2:5", "kea1:5"))).isEmpty();
    assertThat(FeederLinks.obstacle(OWN, shared, link(2, "kea2:5", "kea1:5")))
        .contains("is not its own alone, and would get other prefixes, pools or aliases");
    assertThat(FeederLinks.obstacle(OWN, shared, link(1, "kea1:5")))
        .contains("would get other subnets of other sources");
    // Put by an operator, for nobody's server in particular.
    assertThat(FeederLinks.obstacle(OWN, link(1), link(2, "kea1:5"))).isPresent();
    assertThat(FeederLinks.obstacle(OWN, link(1), link(1, "kea1:5"))).isEmpty();
  }
}
