package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.v1.Link;
import bindery.v1.SourceSubnet;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class LinkMergeTest {
  private static KeaLink link(String name, String prefixes, String relays, Long... subnetIds) {
    return new KeaLink(
        name,
        words(prefixes).map(Ipv6Prefix::parse).toList(),
        List.of(),
        words(relays).map(Ipv6Address::parse).toList(),
        List.of(subnetIds));
  }

  private static Stream<String> words(String text) {
    return Stream.of(text.split(" ", -1)).filter(word -> !word.isEmpty());
  }

  private static LinkMerge.Plan first(KeaLink... links) {
    return LinkMerge.plan(List.of(links), "a", List.of());
  }

  /** The links as a cluster holds them after that plan. */
  private static List<Link> held(LinkMerge.Plan plan) {
    return plan.changes().stream()
        .map(change -> change.link().toBuilder().setVersion(change.heldVersion() + 1).build())
        .toList();
  }

  private static SourceSubnet subnet(String source, long id) {
    return SourceSubnet.newBuilder().setSource(source).setSubnetId(id).build();
  }

  @Test
  void plan_emptyCluster_putsAllAsNew() {
    LinkMerge.Plan plan = first(link("a/1", "2001:db8:1::/64", "", 1L));

    assertThat(plan.problems()).isEmpty();
    assertThat(plan.changes()).hasSize(1);
    assertThat(plan.changes().get(0).heldVersion()).isZero();
    assertThat(plan.changes().get(0).link().getName()).isEqualTo("a/1");
    assertThat(plan.changes().get(0).link().getSubnetsList()).containsExactly(subnet("a", 1));
  }

  @Test
  void plan_relayOutsideThePrefixes_isAnAlias() {
    LinkMerge.Plan plan =
        first(
            link(
                "net",
                "2001:db8:1::/64 2001:db8:2::/64",
                "2001:db8:2::1 fe80::1 2001:db8:9::1",
                1L,
                2L));

    assertThat(plan.changes().get(0).link().getAliasesList())
        .extracting(ByteString::toByteArray)
        .extracting(octets -> Ipv6Address.of(octets).toString())
        .containsExactlyInAnyOrder("fe80::1", "2001:db8:9::1");
  }

  @Test
  void plan_secondServerOfAPair_joinsByPrefix() {
    List<Link> held = held(first(link("a/1", "2001:db8:1::/64", "", 1L)));

    LinkMerge.Plan plan =
        LinkMerge.plan(
            List.of(link("b/9", "2001:db8:1::/64 2001:db8:2::/64", "", 9L, 10L)), "b", held);

    assertThat(plan.changes()).hasSize(1);
    Link joined = plan.changes().get(0).link();
    assertThat(plan.changes().get(0).heldVersion()).isEqualTo(1);
    assertThat(joined.getName()).isEqualTo("a/1");
    assertThat(joined.getPrefixesCount()).isEqualTo(2);
    assertThat(joined.getSubnetsList())
        .containsExactly(subnet("a", 1), subnet("b", 9), subnet("b", 10));
  }

  @Test
  void plan_importedAgain_changesNothing() {
    KeaLink link = link("net", "2001:db8:1::/64", "fe80::1", 1L);

    LinkMerge.Plan plan = LinkMerge.plan(List.of(link), "a", held(first(link)));

    assertThat(plan.changes()).isEmpty();
    assertThat(plan.unchanged()).isEqualTo(1);
  }

  @Test
  void plan_subnetRenumbered_keepsItsLink() {
    List<Link> held = held(first(link("a/1", "2001:db8:1::/64", "", 1L)));

    LinkMerge.Plan plan =
        LinkMerge.plan(List.of(link("a/1", "2001:db8:8::/64", "", 1L)), "a", held);

    assertThat(plan.problems()).isEmpty();
    assertThat(plan.changes().get(0).link().getPrefixesCount()).isEqualTo(2);
  }

  @Test
  void plan_prefixesOfTwoLinks_isAProblem() {
    List<Link> held =
        held(first(link("a/1", "2001:db8:1::/64", "", 1L), link("a/2", "2001:db8:2::/64", "", 2L)));

    LinkMerge.Plan plan =
        LinkMerge.plan(List.of(link("net", "2001:db8:1::/64 2001:db8:2::/64", "", 5L)), "b", held);

    assertThat(plan.changes()).isEmpty();
    assertThat(plan.problems()).singleElement().asString().contains("a/1 and a/2");
  }

  @Test
  void plan_nameOfAForeignLink_isAProblem() {
    List<Link> held = held(first(link("net", "2001:db8:1::/64", "", 1L)));

    LinkMerge.Plan plan =
        LinkMerge.plan(List.of(link("net", "2001:db8:7::/64", "", 1L)), "b", held);

    assertThat(plan.problems())
        .singleElement()
        .asString()
        .contains("a link of that name with other prefixes");
  }

  @Test
  void plan_subnetIdOfAnotherLink_isAProblem() {
    LinkMerge.Plan plan =
        first(link("a/1", "2001:db8:1::/64", "", 1L), link("net", "2001:db8:2::/64", "", 1L));

    assertThat(plan.problems()).singleElement().asString().contains("a:1 stands on link a/1");
  }
}
