package bindery.deploy.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Kinds of faults: how each is put in, and how it is mended. */
enum Fault {
  /** The process is killed, and started again. */
  KILL(12) {
    @Override
    void begin(Cluster cluster, int host, Random random) {
      cluster.node(host).kill();
    }

    @Override
    void end(Cluster cluster, int host) {
      cluster.node(host).start();
    }
  },
  /** All processes are killed at once, and started again. */
  POWER_CUT(3) {
    @Override
    void begin(Cluster cluster, int host, Random random) {
      cluster.all().forEach(Node::kill);
    }

    @Override
    void end(Cluster cluster, int host) {
      cluster.all().forEach(Node::start);
    }
  },
  /** The process is told to stop, and started again. */
  STOP(4) {
    @Override
    void begin(Cluster cluster, int host, Random random) {
      cluster.node(host).stop();
    }

    @Override
    void end(Cluster cluster, int host) {
      cluster.node(host).start();
    }
  },
  /** The process stands still. */
  PAUSE(8) {
    @Override
    void begin(Cluster cluster, int host, Random random) {
      cluster.node(host).pause();
    }

    @Override
    void end(Cluster cluster, int host) {
      cluster.node(host).resume();
    }
  },
  /** The host reaches no other, and none reaches it. */
  CUT_OFF(8) {
    @Override
    void begin(Cluster cluster, int host, Random random) {
      cluster.network().isolate(host, true, true);
    }

    @Override
    void end(Cluster cluster, int host) {
      cluster.network().join(host);
    }
  },
  /** The host hears the others, and is not heard. */
  UNHEARD(5) {
    @Override
    void begin(Cluster cluster, int host, Random random) {
      cluster.network().isolate(host, true, false);
    }

    @Override
    void end(Cluster cluster, int host) {
      cluster.network().join(host);
    }
  },
  /** The host is heard by the others, and hears none. */
  DEAF(5) {
    @Override
    void begin(Cluster cluster, int host, Random random) {
      cluster.network().isolate(host, false, true);
    }

    @Override
    void end(Cluster cluster, int host) {
      cluster.network().join(host);
    }
  },
  /** Two hosts do not reach each other, and both reach the third. */
  TRIANGLE(5) {
    @Override
    void begin(Cluster cluster, int host, Random random) {
      int other = host % Cluster.HOSTS + 1;
      cluster.network().cut(host, other);
      cluster.network().cut(other, host);
    }

    @Override
    void end(Cluster cluster, int host) {
      cluster.network().join(host);
    }
  },
  /** What goes to the host is slow, and lost in part. */
  SLOW(5) {
    @Override
    void begin(Cluster cluster, int host, Random random) {
      cluster.network().slow(host);
    }

    @Override
    void end(Cluster cluster, int host) {
      cluster.network().hasten(host);
    }
  },
  /** The node's disk has no room left. */
  FULL_DISK(4) {
    @Override
    void begin(Cluster cluster, int host, Random random) {
      cluster.node(host).disturb();
      cluster.node(host).disk().fill();
    }

    @Override
    void end(Cluster cluster, int host) {
      cluster.node(host).disk().free();
      cluster.node(host).disturb();
    }
  },
  /** The node's wall clock is off by up to a minute, forward or back. */
  CLOCK(4) {
    @Override
    void begin(Cluster cluster, int host, Random random) {
      cluster.node(host).setClock(Duration.ofSeconds(random.nextInt(121) - 60));
    }

    @Override
    void end(Cluster cluster, int host) {
      cluster.node(host).setClock(Duration.ZERO);
    }
  },
  /** Another node is to lead. */
  MOVE_LEADER(3) {
    @Override
    void begin(Cluster cluster, int host, Random random) throws InterruptedException {
      var unused = cluster.moveLeader(host);
    }
  },
  /** A feeder forgets what it was about, and begins anew. */
  FEEDER(4) {
    @Override
    void begin(Cluster cluster, int host, Random random) {}
  },
  /** A bit of one of the node's files is another while it is down. */
  BIT_FLIP(3) {
    @Override
    void begin(Cluster cluster, int host, Random random) {
      cluster.node(host).kill();
      damage(cluster.node(host), random, false);
    }
  },
  /** One of the node's files, not the end of its log, is shorter after it was down. */
  TRUNCATION(3) {
    @Override
    void begin(Cluster cluster, int host, Random random) {
      cluster.node(host).kill();
      damage(cluster.node(host), random, true);
    }
  },
  /** The node is lost with its disk, and an empty one takes its place. */
  LOST_DISK(2) {
    @Override
    void begin(Cluster cluster, int host, Random random) {
      cluster.node(host).kill();
    }
  };

  private final int weight;

  Fault(int weight) {
    this.weight = weight;
  }

  /** How often it comes, beside the others. */
  int weight() {
    return weight;
  }

  /** Whether it takes a node's data, so that the others have to be whole. */
  boolean isOfData() {
    return this == BIT_FLIP || this == TRUNCATION || this == LOST_DISK;
  }

  /** Puts it in at a host. */
  abstract void begin(Cluster cluster, int host, Random random) throws InterruptedException;

  /** Mends it. Nothing that is not there is mended. */
  void end(Cluster cluster, int host) {}

  private static void damage(Node node, Random random, boolean cuts) {
    try (Stream<Path> files = Files.walk(node.data())) {
      List<Path> candidates =
          files
              .filter(Files::isRegularFile)
              .filter(path -> size(path) > 0)
              // What ends in the middle of an entry is what a crash leaves: no damage to tell.
              .filter(path -> !path.getFileName().toString().startsWith("log_inprogress"))
              // What the engines write for people, and locks.
              .filter(path -> !path.getFileName().toString().matches("LOG.*|LOCK|in_use.lock"))
              .sorted()
              .toList();
      Path file = candidates.get(random.nextInt(candidates.size()));
      long at = (long) (random.nextDouble() * size(file));
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        if (cuts) {
          channel.truncate(at);
        } else {
          ByteBuffer octet = ByteBuffer.allocate(1);
          channel.read(octet, at);
          octet.put(0, (byte) (octet.get(0) ^ 1 << random.nextInt(8)));
          channel.write(octet.rewind(), at);
        }
      }
      node.setDamage(node.data().relativize(file) + (cuts ? " cut at " : " flipped at ") + at);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path path) {
    return path.toFile().length();
  }
}
