package bindery.deploy.kea;

import bindery.deploy.WireOption;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** One relay's socket, and the clients behind it, which take turns. */
final class Relay implements Runnable {
  private static final int PORT = 547;

  // RFC 8415 7.6: a second, then twice as long each time; real clients never give up.
  private static final int FIRST_MILLIS = 1_000;
  private static final int TRIES_MAX = 4;
  private static final int WITNESSED_OF = 25;

  private final DatagramSocket socket;
  private final List<Client> clients;
  private final Random random;
  private final Load load;
  private final Load.Witness witness;
  private final byte[] room = new byte[65_535];
  private int transaction;

  private Relay(
      DatagramSocket socket, List<Client> clients, Random random, Load load, Load.Witness witness) {
    this.socket = socket;
    this.clients = clients;
    this.random = random;
    this.load = load;
    this.witness = witness;
  }

  static Relay open(int number, List<Client> clients, long seed, Load load, Load.Witness witness)
      throws IOException {
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(Load.source(number), PORT));
    socket.connect(InetAddress.getByName(Site.SERVER), PORT);
    return new Relay(socket, clients, new Random(seed + number), load, witness);
  }

  @Override
  public void run() {
    try (socket) {
      while (!load.isEnding()) {
        long due = System.nanoTime() + load.turnNanos();
        act(clients.get(random.nextInt(clients.size())));
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      load.fail(e);
    }
  }

  private void act(Client client) throws IOException {
    List<Client.Lease> held = client.held();
    int dice = random.nextInt(100);
    if (held.isEmpty()) {
      grant(client);
    } else if (client.isUnsettled()) {
      extend(Message.RENEW, client, held);
    } else if (dice >= 94) {
      grant(client);
    } else if (dice < 56) {
      extend(Message.RENEW, client, held);
    } else if (dice < 64) {
      extend(Message.REBIND, client, held);
    } else if (dice < 74) {
      client.move(random);
      extend(Message.RENEW, client, held);
    } else if (dice < 78) {
      extend(Message.RENEW, client, held.subList(0, 1));
    } else if (dice < 86) {
      letGo(Message.RELEASE, client, held);
    } else if (dice < 90) {
      letGo(Message.RELEASE, client, held.subList(held.size() - 1, held.size()));
    } else {
      letGo(
          Message.DECLINE,
          client,
          held.stream().filter(lease -> lease.ia() == Message.IA_NA).toList());
    }
  }

  private void grant(Client client) throws IOException {
    List<WireOption> reply = exchange(client.solicit(++transaction));
    if (!reply.isEmpty()) {
      show(client, client.take(reply), List.of());
    }
  }

  private void extend(int type, Client client, List<Client.Lease> leases) throws IOException {
    List<WireOption> reply = exchange(client.tell(type, ++transaction, leases));
    if (!reply.isEmpty()) {
      List<Client.Lease> told = client.take(reply);
      client.settle();
      show(client, told, List.of());
    }
  }

  // Whether or not it is answered, the client uses them no more.
  private void letGo(int type, Client client, List<Client.Lease> leases) throws IOException {
    if (leases.isEmpty()) {
      return;
    }
    List<WireOption> reply = exchange(client.tell(type, ++transaction, leases));
    client.drop(leases);
    if (!reply.isEmpty()) {
      show(client, List.of(), leases);
    }
  }

  private void show(Client client, List<Client.Lease> told, List<Client.Lease> gone)
      throws IOException {
    if (random.nextInt(WITNESSED_OF) == 0) {
      witness.see(client, told, gone);
      load.countChecked();
    }
  }

  // The options of the reply; empty if there was none, however often it was asked for.
  private List<WireOption> exchange(byte[] message) throws IOException {
    int millis = FIRST_MILLIS;
    for (int tried = 0; tried < TRIES_MAX && !load.isEnding(); tried++) {
      socket.send(new DatagramPacket(message, message.length));
      long end = System.nanoTime() + millis * 1_000_000L;
      List<WireOption> reply = receive(end);
      if (!reply.isEmpty()) {
        load.countServed();
        return reply;
      }
      millis *= 2;
    }
    load.countAbandoned();
    return List.of();
  }

  private List<WireOption> receive(long endNanos) throws IOException {
    DatagramPacket packet = new DatagramPacket(room, room.length);
    while (true) {
      long left = (endNanos - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return List.of();
      }
      socket.setSoTimeout((int) left);
      try {
        packet.setLength(room.length);
        socket.receive(packet);
      } catch (SocketTimeoutException | java.net.PortUnreachableException e) {
        continue; // nobody listens while Kea is down: the client waits all the same
      }
      List<WireOption> reply =
          Message.repliedTo(transaction, Arrays.copyOf(room, packet.getLength()));
      if (!reply.isEmpty()) {
        return reply;
      }
    }
  }
}
