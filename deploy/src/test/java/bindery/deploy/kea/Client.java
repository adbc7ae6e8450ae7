package bindery.deploy.kea;

import bindery.deploy.WireOption;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** One client of the DHCPv6 server: who it is, how its messages get there, what it holds. */
final class Client {
  private static final byte[] SERVER_DUID = HexFormat.of().parseHex("000200007ed90a0b0c");
  private static final int IA_HEAD_OCTETS = 12;

  private final int number;
  private final byte[] duid;
  private final List<Integer> wanted;
  private List<Hop> hops;
  private List<Lease> held = List.of();
  private boolean isUnsettled;

  /**
   * A lease as the server granted it.
   *
   * @param ia {@link Message#IA_NA} or {@link Message#IA_PD}
   * @param body the data of its IAADDR or IAPREFIX
   */
  record Lease(int ia, HexBody body) {
    /** As {@link bindery.deploy.WireData} names it. */
    String key() {
      HexFormat hex = HexFormat.of();
      byte[] octets = body.octets();
      return ia == Message.IA_NA
          ? "address/" + hex.formatHex(octets, 0, 16) + "/128"
          : "prefix/" + hex.formatHex(octets, 9, 25) + "/" + (octets[8] & 0xff);
    }

    private boolean isValid() {
      return ByteBuffer.wrap(body.octets()).getInt(ia == Message.IA_NA ? 20 : 4) != 0;
    }
  }

  /** Octets that are equal if their content is. */
  record HexBody(String hex) {
    byte[] octets() {
      return HexFormat.of().parseHex(hex);
    }
  }

  private Client(int number, byte[] duid, List<Integer> wanted, List<Hop> hops) {
    this.number = number;
    this.duid = duid;
    this.wanted = wanted;
    this.hops = hops;
  }

  /** The client of that number: half behind east, the others behind west and on the campus. */
  static Client of(int number) {
    List<Integer> wanted =
        switch (number % 10) {
          case 3 -> List.of(Message.IA_NA);
          case 6 -> List.of(Message.IA_PD);
          default -> List.of(Message.IA_NA, Message.IA_PD);
        };
    byte[] duid =
        ByteBuffer.allocate(10).putInt(0x0003_0001).putShort((short) 0x0200).putInt(number).array();
    return new Client(number, duid, wanted, way(number, 0));
  }

  private static List<Hop> way(int number, int port) {
    return switch (number % 4) {
      case 1 -> Hop.west(number, port);
      case 2 -> Hop.campus(number, port);
      default -> Hop.east(number, port);
    };
  }

  byte[] duid() {
    return duid.clone();
  }

  List<Lease> held() {
    return held;
  }

  /** From now on its messages come from another port of its relay. */
  void move(Random random) {
    hops = way(number, 1 + random.nextInt(9));
    isUnsettled = true;
  }

  /**
   * Whether it has moved and was not answered since: what it tells of one lease alone would leave
   * the server with two opinions of where it is.
   */
  boolean isUnsettled() {
    return isUnsettled;
  }

  /** It was answered. */
  void settle() {
    isUnsettled = false;
  }

  /** A Solicit with rapid commit, for all that it wants: what it holds is granted once more. */
  byte[] solicit(int transaction) {
    Message message = begun(Message.SOLICIT, transaction).with(Message.RAPID_COMMIT, new byte[0]);
    wanted.forEach(ia -> message.with(ia, ia(List.of(), ia)));
    return relayed(message);
  }

  /** Any other message, of some of what it holds. */
  byte[] tell(int type, int transaction, List<Lease> leases) {
    Message message = begun(type, transaction);
    if (type != Message.REBIND) {
      message.with(Message.SERVERID, SERVER_DUID);
    }
    leases.stream().map(Lease::ia).distinct().forEach(ia -> message.with(ia, ia(leases, ia)));
    return relayed(message);
  }

  private Message begun(int type, int transaction) {
    return Message.of(type, transaction)
        .with(Message.CLIENTID, duid)
        .with(Message.ELAPSED_TIME, new byte[2]);
  }

  private byte[] ia(List<Lease> leases, int ia) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    octets.writeBytes(ByteBuffer.allocate(IA_HEAD_OCTETS).putInt(number + 1).array());
    for (Lease lease : leases) {
      if (lease.ia() == ia) {
        int code = ia == Message.IA_NA ? Message.IAADDR : Message.IAPREFIX;
        octets.writeBytes(Message.option(code, lease.body().octets()));
      }
    }
    return octets.toByteArray();
  }

  private byte[] relayed(Message message) {
    byte[] octets = message.octets();
    for (int count = 0; count < hops.size(); count++) {
      octets = Message.relayed(count, hops.get(hops.size() - 1 - count), octets);
    }
    return octets;
  }

  /**
   * It was granted or renewed what stands in a reply, and keeps what the reply says nothing of.
   *
   * @return what stands there
   */
  List<Lease> take(List<WireOption> reply) {
    List<Lease> now = new ArrayList<>();
    List<Integer> told = new ArrayList<>();
    for (WireOption option : reply) {
      if (option.code() == Message.IA_NA || option.code() == Message.IA_PD) {
        told.add(option.code());
        byte[] data = option.data();
        for (WireOption inner : WireOption.parse(data, IA_HEAD_OCTETS, data.length)) {
          if (inner.code() == Message.IAADDR || inner.code() == Message.IAPREFIX) {
            String body = HexFormat.of().formatHex(inner.data());
            Lease lease = new Lease(option.code(), new HexBody(body));
            if (lease.isValid()) {
              now.add(lease);
            }
          }
        }
      }
    }
    List<Lease> granted = List.copyOf(now);
    held.stream().filter(lease -> !told.contains(lease.ia())).forEach(now::add);
    held = List.copyOf(now);
    return granted;
  }

  /** It holds these no more. */
  void drop(List<Lease> leases) {
    held = held.stream().filter(lease -> !leases.contains(lease)).toList();
  }
}
