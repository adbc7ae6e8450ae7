package bindery.deploy.kea;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Kills what runs at a site under load, one after the other in a seeded order, and starts it again:
 * nodes, leading and following, Kea, and what feeds.
 */
final class Turmoil {
  private static final long CALM_EXCHANGES = 800;
  private static final long DOWN_EXCHANGES = 800;
  private static final long AFTER_EXCHANGES = 200;
  private static final int HOLD_MILLIS_MAX = 1_500;

  private final Site site;
  private final Load load;
  private final Random random;
  private final List<Victim> victims;
  private final Pace calm = new Pace();
  private final Pace down = new Pace();

  /** Who is killed. */
  enum Victim {
    LEADER,
    FOLLOWER,
    KEA,
    FEEDER
  }

  /** Exchanges and the time that they took. */
  private static final class Pace {
    private double exchanges;
    private double seconds;

    private void add(long count, double perSecond) {
      exchanges += count;
      seconds += count / perSecond;
    }

    private double perSecond() {
      return exchanges / seconds;
    }
  }

  /**
   * At that site.
   *
   * @param victims who is killed in each round, once for each time that it is named
   */
  Turmoil(Site site, Load load, long seed, Victim... victims) {
    this.site = site;
    this.load = load;
    this.random = new Random(seed);
    this.victims = List.of(victims);
  }

  /** Kills each in turn, in an order of its own in each round. */
  void run(int rounds) throws IOException, InterruptedException {
    calm.add(CALM_EXCHANGES, load.serve(CALM_EXCHANGES));
    for (int round = 0; round < rounds; round++) {
      List<Victim> turn = new ArrayList<>(victims);
      Collections.shuffle(turn, random);
      for (Victim victim : turn) {
        strike(victim);
      }
      calm.add(CALM_EXCHANGES, load.serve(CALM_EXCHANGES));
    }
  }

  private void strike(Victim victim) throws IOException, InterruptedException {
    switch (victim) {
      case LEADER, FOLLOWER -> {
        Node node = node(victim == Victim.LEADER);
        end(node.daemon());
        down.add(DOWN_EXCHANGES, load.serve(DOWN_EXCHANGES));
        node.daemon().start();
        node.awaitReady();
      }
      case KEA -> {
        end(site.kea().daemon());
        hold();
        site.kea().start();
      }
      case FEEDER -> {
        Daemon feeder = site.feeders().get(random.nextInt(site.feeders().size()));
        end(feeder);
        hold();
        feeder.start();
      }
    }
    load.serve(AFTER_EXCHANGES);
  }

  private Node node(boolean isLeading) throws IOException, InterruptedException {
    for (Node node : site.nodes()) {
      if (node.isLeading() == isLeading) {
        return node;
      }
    }
    return site.nodes().get(random.nextInt(Site.NODES)); // one was just elected
  }

  // Mostly as a power cut would, now and then as an operator.
  private void end(Daemon daemon) {
    boolean isKill = random.nextInt(4) > 0;
    System.err.println((isKill ? "kill -9 " : "stop ") + daemon.name() + " " + load.summary());
    if (isKill) {
      daemon.kill();
    } else {
      daemon.stop();
    }
  }

  private void hold() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(random.nextInt(HOLD_MILLIS_MAX));
  }

  /** Clients served with a node down, per client served with all of them up. */
  double share() {
    return down.perSecond() / calm.perSecond();
  }

  /** How it went. */
  String summary() {
    return "calm=%.0f/s node_down=%.0f/s".formatted(calm.perSecond(), down.perSecond());
  }
}
