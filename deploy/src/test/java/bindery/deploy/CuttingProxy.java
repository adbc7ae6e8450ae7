package bindery.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A path to a node that is slow and breaks: every connection is cut after some octets, most often
 * between what was sent and what acknowledges it, so that the outcome is not known to the sender
 * and it has to send again. After so many cuts it breaks no more.
 */
final class CuttingProxy implements AutoCloseable {
  private static final int CHUNK = 8 << 10;

  private final ServerSocket listener;
  private final int target;
  private final int cutsMax;
  private final Random random;
  private final AtomicInteger cuts = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  CuttingProxy(int target, int cutsMax, long seed) throws IOException {
    this.target = target;
    this.cutsMax = cutsMax;
    random = new Random(seed);
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  int cuts() {
    return cuts.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket from = listener.accept();
        Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
        threads.execute(() -> carry(from, to, next(20_000, 100_000)));
        // Acknowledgements are few octets: so the cut comes when some are on their way.
        threads.execute(() -> carry(to, from, next(200, 4_000)));
      }
    } catch (IOException e) {
      threads.shutdownNow(); // closed by the test
    }
  }

  private synchronized int next(int least, int most) {
    return least + random.nextInt(most - least);
  }

  private void carry(Socket from, Socket to, int octetsMax) {
    byte[] chunk = new byte[CHUNK];
    int carried = 0;
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int size = in.read(chunk); size >= 0; size = in.read(chunk)) {
        carried += size;
        if (carried > octetsMax && cuts.getAndIncrement() < cutsMax) {
          return; // what was read last is lost
        }
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(next(1, 5_000)));
        out.write(chunk, 0, size);
        out.flush();
      }
    } catch (IOException e) {
      // The other direction was cut: both ends are closed.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }
}
