package bindery.store;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Builds and parses the keys whose grammar {@link Schema} gives. What is built is a new array; what
 * cannot be parsed is a {@link StoreException}.
 */
final class Keys {
  /** The space of everything that is in no VPN. */
  static final int GLOBAL_SPACE = 0;

  /** Octets of a key in the {@code lease} family. */
  static final int LEASE_SIZE = 20;

  /** What an {@code expiry} key says of a binding. */
  private static final int EXPIRY_OF_BINDING = 1;

  /** What an {@code expiry} key says of a tombstone. */
  private static final int EXPIRY_OF_TOMBSTONE = 2;

  private static final int SPACE_SIZE = 2;
  private static final int EXPIRY_HEAD = 9;

  private Keys() {}

  /** Key in {@code relay}. */
  static byte[] relay(int space, Duid relay, BindingKey binding) {
    byte[] prefix = relayPrefix(space, relay);
    byte[] key = Arrays.copyOf(prefix, prefix.length + binding.size());
    binding.copyTo(key, prefix.length);
    return key;
  }

  /** What every key in {@code relay} of that relay-ID begins with, and no other. */
  static byte[] relayPrefix(int space, Duid relay) {
    byte[] key = new byte[SPACE_SIZE + 1 + relay.octets().size()];
    Octets.putShort(key, 0, space);
    key[SPACE_SIZE] = (byte) relay.octets().size();
    relay.octets().copyTo(key, SPACE_SIZE + 1);
    return key;
  }

  /** Key in {@code remote}. */
  static byte[] remote(int space, RemoteId remote, BindingKey binding) {
    byte[] prefix = remotePrefix(space, remote);
    byte[] key = Arrays.copyOf(prefix, prefix.length + binding.size());
    binding.copyTo(key, prefix.length);
    return key;
  }

  /** What every key in {@code remote} of that remote-ID begins with, and no other. */
  static byte[] remotePrefix(int space, RemoteId remote) {
    byte[] key = new byte[SPACE_SIZE + 2 + remote.octets().size()];
    Octets.putShort(key, 0, space);
    Octets.putShort(key, SPACE_SIZE, remote.octets().size());
    remote.octets().copyTo(key, SPACE_SIZE + 2);
    return key;
  }

  /** Key in {@code client}. */
  static byte[] client(int space, BindingKey binding) {
    byte[] prefix = clientPrefix(space, binding.client());
    byte[] key = Arrays.copyOf(prefix, prefix.length + BindingKey.LINK_SIZE);
    Octets.putInt(key, prefix.length, binding.link());
    return key;
  }

  /** What every key in {@code client} of that client begins with, and no other. */
  static byte[] clientPrefix(int space, Duid client) {
    return relayPrefix(space, client);
  }

  /** A prefix from this class with a link id behind it. */
  static byte[] withLink(byte[] prefix, int link) {
    byte[] key = Arrays.copyOf(prefix, prefix.length + BindingKey.LINK_SIZE);
    Octets.putInt(key, prefix.length, link);
    return key;
  }

  /** The range of a whole link in {@code binding} begins with this. */
  static byte[] linkPrefix(int link) {
    return withLink(new byte[0], link);
  }

  /** Key in {@code lease}. */
  static byte[] lease(int space, LeaseKey lease) {
    return lease(space, lease.kind(), lease.prefix().length(), lease.prefix().address());
  }

  /** Key in {@code lease}; the address may have no bit beyond the length. */
  static byte[] lease(int space, LeaseKey.Kind kind, int length, Ipv6Address address) {
    byte[] key = new byte[LEASE_SIZE];
    Octets.putShort(key, 0, space);
    key[SPACE_SIZE] = (byte) kind.code();
    key[SPACE_SIZE + 1] = (byte) length;
    address.copyTo(key, SPACE_SIZE + 2);
    return key;
  }

  /**
   * Key in {@code expiry} of a binding.
   *
   * @param instant seconds since 2000, not negative: an end before 2000 is armed at 0
   */
  static byte[] expiry(long instant, BindingKey binding) {
    byte[] key = new byte[EXPIRY_HEAD + binding.size()];
    binding.copyTo(key, expiryHead(key, instant, EXPIRY_OF_BINDING));
    return key;
  }

  /**
   * Key in {@code expiry} of a tombstone.
   *
   * @param instant seconds since 2000, not negative
   */
  static byte[] expiry(long instant, int space, LeaseKey lease) {
    byte[] key = new byte[EXPIRY_HEAD + LEASE_SIZE];
    int at = expiryHead(key, instant, EXPIRY_OF_TOMBSTONE);
    System.arraycopy(lease(space, lease), 0, key, at, LEASE_SIZE);
    return key;
  }

  private static int expiryHead(byte[] key, long instant, int of) {
    if (instant < 0) {
      throw new IllegalArgumentException(
          "an expiry at " + instant + " s since 2000 (expected 0 or above)");
    }
    Octets.putLong(key, 0, instant);
    key[8] = (byte) of;
    return EXPIRY_HEAD;
  }

  /** Where keys in {@code expiry} at or after that instant begin. */
  static byte[] expiryFrom(long instant) {
    byte[] key = new byte[8];
    Octets.putLong(key, 0, instant);
    return key;
  }

  /** Key in {@code link}. */
  static byte[] link(int id) {
    return linkPrefix(id);
  }

  /** Key in {@code source}. */
  static byte[] source(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The first key behind all that begin with {@code prefix}.
   *
   * @return null if there is none, since every octet is 0xff
   */
  static byte @Nullable [] behind(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != (byte) 0xff) {
        byte[] next = Arrays.copyOf(prefix, i + 1);
        next[i]++;
        return next;
      }
    }
    return null;
  }

  /** A key of {@code relay} in its parts. */
  record RelayKey(int space, Duid relay, BindingKey binding) {}

  /** Parses a key of {@code relay}. */
  static RelayKey parseRelay(byte[] key) {
    int size = key.length > SPACE_SIZE ? key[SPACE_SIZE] & 0xff : 0;
    int end = SPACE_SIZE + 1 + size;
    if (!Duid.isValidSize(size) || end > key.length) {
      throw corrupt("relay key", key, "space (2), length (1), relay DUID, link id (4), client");
    }
    return new RelayKey(
        Octets.getUnsignedShort(key, 0),
        new Duid(Bytes.of(key, SPACE_SIZE + 1, size)),
        BindingKey.of(key, end));
  }

  /** A key of {@code remote} in its parts. */
  record RemoteKey(int space, RemoteId remote, BindingKey binding) {}

  /** Parses a key of {@code remote}. */
  static RemoteKey parseRemote(byte[] key) {
    int size = key.length >= SPACE_SIZE + 2 ? Octets.getUnsignedShort(key, SPACE_SIZE) : 0;
    int end = SPACE_SIZE + 2 + size;
    if (size < RemoteId.SIZE_MIN || size > RemoteId.SIZE_MAX || end > key.length) {
      throw corrupt("remote key", key, "space (2), length (2), remote-ID, link id (4), client");
    }
    return new RemoteKey(
        Octets.getUnsignedShort(key, 0),
        new RemoteId(Bytes.of(key, SPACE_SIZE + 2, size)),
        BindingKey.of(key, end));
  }

  /** A key of {@code client} in its parts. */
  record ClientKey(int space, BindingKey binding) {}

  /** Parses a key of {@code client}. */
  static ClientKey parseClient(byte[] key) {
    int size = key.length > SPACE_SIZE ? key[SPACE_SIZE] & 0xff : 0;
    int end = SPACE_SIZE + 1 + size;
    if (!Duid.isValidSize(size) || end + BindingKey.LINK_SIZE != key.length) {
      throw corrupt("client key", key, "space (2), length (1), client DUID, link id (4)");
    }
    Duid client = new Duid(Bytes.of(key, SPACE_SIZE + 1, size));
    return new ClientKey(
        Octets.getUnsignedShort(key, 0), new BindingKey(Octets.getInt(key, end), client));
  }

  /** The space of a key of {@code relay}, {@code remote}, {@code client} or {@code lease}. */
  static int space(byte[] key) {
    return Octets.getUnsignedShort(key, 0);
  }

  /** Parses a key of {@code lease}, but for its {@link #space}. */
  static LeaseKey parseLease(byte[] key) {
    return parseLease(key, 0);
  }

  private static LeaseKey parseLease(byte[] key, int offset) {
    if (key.length - offset == LEASE_SIZE) {
      try {
        return new LeaseKey(
            LeaseKey.Kind.of(key[offset + SPACE_SIZE]),
            new Ipv6Prefix(
                Ipv6Address.of(key, offset + SPACE_SIZE + 2), key[offset + SPACE_SIZE + 1] & 0xff));
      } catch (IllegalArgumentException e) {
        throw new StoreException("corrupt lease key " + HexFormat.of().formatHex(key), e);
      }
    }
    throw corrupt("lease key", key, "space (2), kind (1), prefix length (1), prefix (16)");
  }

  /**
   * A key of {@code expiry} in its parts: of a binding, or of the tombstone of a lease.
   *
   * @param instant seconds since 2000
   * @param binding null for a tombstone
   * @param space of the lease; 0 for a binding
   * @param lease null for a binding
   */
  record ExpiryKey(
      long instant, @Nullable BindingKey binding, int space, @Nullable LeaseKey lease) {}

  /** Parses a key of {@code expiry}. */
  static ExpiryKey parseExpiry(byte[] key) {
    int of = key.length > EXPIRY_HEAD ? key[8] : 0;
    long instant = of == 0 ? 0 : Octets.getLong(key, 0);
    if (of == EXPIRY_OF_BINDING) {
      return new ExpiryKey(instant, BindingKey.of(key, EXPIRY_HEAD), 0, null);
    }
    if (of == EXPIRY_OF_TOMBSTONE) {
      LeaseKey lease = parseLease(key, EXPIRY_HEAD);
      return new ExpiryKey(instant, null, Octets.getUnsignedShort(key, EXPIRY_HEAD), lease);
    }
    throw corrupt("expiry key", key, "instant (8), 1 or 2, key of a binding or of a lease");
  }

  /** The fault of a key that is not what its family holds. */
  static StoreException corrupt(String what, byte[] key, String expected) {
    return new StoreException(
        "corrupt "
            + what
            + " "
            + HexFormat.of().formatHex(key)
            + " (expected "
            + expected
            + "); "
            + StoreException.REMEDY);
  }
}
