package bindery.raft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The other members and the connections to them. The members are those of the options at first, and
 * those of the Raft configuration once it is known. Any thread.
 */
final class Peers implements AutoCloseable {
  private final String self;
  private final PeerSecurity security;
  private final Map<String, Peer> peers = new HashMap<>();
  private List<Member> members;
  private boolean closed;

  private record Peer(String address, PeerClient client) {}

  /** Without TLS. */
  Peers(String self, List<Member> members) {
    this(self, members, Optional.empty());
  }

  Peers(String self, List<Member> members, Optional<PeerTls> tls) {
    this.self = self;
    security = new PeerSecurity(tls, this::namesAt);
    this.members = List.copyOf(members);
    update(members);
  }

  /** Takes over who the members are now, and drops connections that are of no use any more. */
  void update(List<Member> now) {
    List<PeerClient> gone = new ArrayList<>();
    synchronized (this) {
      if (closed) {
        return;
      }
      members = List.copyOf(now);
      Map<String, Peer> before = new HashMap<>(peers);
      peers.clear();
      for (Member member : members) {
        Peer held = before.remove(member.name());
        if (member.name().equals(self)) {
          continue;
        }
        if (held != null && held.address().equals(member.address())) {
          peers.put(member.name(), held);
        } else {
          if (held != null) {
            gone.add(held.client());
          }
          peers.put(
              member.name(),
              new Peer(member.address(), new PeerClient(member.address(), security)));
        }
      }
      before.values().forEach(peer -> gone.add(peer.client()));
    }
    gone.forEach(PeerClient::close);
  }

  /** How connections to them, and from them, are made safe. */
  PeerSecurity security() {
    return security;
  }

  // An address may be written with brackets, or without.
  private synchronized Set<String> namesAt(String end) {
    return members.stream()
        .filter(member -> bare(member.address()).equals(bare(end)))
        .map(Member::name)
        .collect(Collectors.toSet());
  }

  private static String bare(String address) {
    return address.replace("[", "").replace("]", "");
  }

  /** All members, this node among them once it is one. */
  synchronized List<Member> members() {
    return members;
  }

  /** Whether a member has that name. */
  synchronized boolean isMember(String name) {
    return members.stream().anyMatch(member -> member.name().equals(name));
  }

  /** The names of the others. */
  synchronized List<String> others() {
    return List.copyOf(peers.keySet());
  }

  /** The names of the others that vote. */
  synchronized List<String> otherVoters() {
    return members.stream()
        .filter(member -> !member.isLearner() && !member.name().equals(self))
        .map(Member::name)
        .toList();
  }

  /** The connection to another member; empty if there is none of that name. */
  synchronized Optional<PeerClient> client(String name) {
    return Optional.ofNullable(peers.get(name)).map(Peer::client);
  }

  /** Whether this node votes. */
  synchronized boolean isVoter() {
    return members.stream().anyMatch(one -> one.name().equals(self) && !one.isLearner());
  }

  /** How many voters are a majority. */
  synchronized int majority() {
    return (int) (members.stream().filter(member -> !member.isLearner()).count() / 2 + 1);
  }

  @Override
  public void close() {
    List<Peer> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(peers.values());
      peers.clear();
    }
    all.forEach(peer -> peer.client().close());
  }
}
