package bindery.store;

import bindery.model.Ipv6Address;
import org.jspecify.annotations.Nullable;

/**
 * What the last update of a lease that said anything of it said of the link it is on. All of it is
 * kept, so that the link can be decided anew when the links change.
 *
 * @param name the link's name; empty if none was given
 * @param source id of the source whose subnet id is given; 0 if none was
 * @param subnet the source's own subnet id, unsigned; 0 if none was given
 * @param linkAddress the innermost non-zero link-address; null if none was given
 */
record LinkHint(String name, int source, long subnet, @Nullable Ipv6Address linkAddress) {
  /** Nothing was said. */
  static final LinkHint NONE = new LinkHint("", 0, 0, null);

  /** Whether a subnet id was given. */
  boolean hasSubnet() {
    return source != 0;
  }
}
