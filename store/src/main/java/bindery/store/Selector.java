package bindery.store;

import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.RemoteId;
import java.util.List;

/**
 * Which bindings a read wants. Where {@code links} is given, only bindings on those links count; an
 * empty list means any link.
 */
public sealed interface Selector {
  /** The links the bindings must be on, in ascending order without repeats; empty for any. */
  List<Integer> links();

  /**
   * Every binding on the links.
   *
   * @param links at least one
   */
  record ByLink(List<Integer> links) implements Selector {
    /** Copies the list. */
    public ByLink {
      links = List.copyOf(links);
    }
  }

  /**
   * Every binding whose newest relayed exchange carried the relay-ID.
   *
   * @param relay the relay-ID
   * @param links empty for any
   */
  record ByRelay(Duid relay, List<Integer> links) implements Selector {
    /** Copies the list. */
    public ByRelay {
      links = List.copyOf(links);
    }
  }

  /**
   * Every binding whose newest relayed exchange carried the remote-ID.
   *
   * @param remote the remote-ID
   * @param links empty for any
   */
  record ByRemote(RemoteId remote, List<Integer> links) implements Selector {
    /** Copies the list. */
    public ByRemote {
      links = List.copyOf(links);
    }
  }

  /**
   * Every binding of the client.
   *
   * @param client its DUID
   * @param links empty for any
   */
  record ByClient(Duid client, List<Integer> links) implements Selector {
    /** Copies the list. */
    public ByClient {
      links = List.copyOf(links);
    }
  }

  /**
   * The one binding that holds the address: as an address, else in the longest delegated prefix
   * that contains it.
   *
   * @param address any address
   * @param links empty for any
   */
  record ByAddress(Ipv6Address address, List<Integer> links) implements Selector {
    /** Copies the list. */
    public ByAddress {
      links = List.copyOf(links);
    }
  }
}
