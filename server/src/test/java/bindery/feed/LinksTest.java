package bindery.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.v1.Link;
import bindery.v1.SourceSubnet;
import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LinksTest {
  private static Link link(long subnetId) {
    return Link.newBuilder()
        .setName("access-7")
        .addAliases(ByteString.copyFrom(new byte[16]))
        .addSubnets(SourceSubnet.newBuilder().setSource("kea").setSubnetId(subnetId))
        .build();
  }

  @Test
  void checked_largestSubnetId_isTaken() {
    assertThat(Links.checked(link(4_294_967_295L)).getSubnets(0).getSubnetId())
        .isEqualTo(4_294_967_295L);
  }

  @ParameterizedTest
  @ValueSource(longs = {4_294_967_296L, 99_999_999_999L, -1})
  void checked_subnetIdOutOfRange_isRefusedAndNamed(long subnetId) {
    assertThatThrownBy(() -> Links.checked(link(subnetId)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("subnets: id " + Long.toUnsignedString(subnetId) + " of source kea")
        .hasMessageContaining("0..4294967295");
  }
}
