package bindery.kea;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The configuration that a Kea goes by, told by itself ({@code config-get}). It is asked for twice
 * a minute; a Kea that could not be asked is asked again after some seconds, one that refuses after
 * an hour.
 *
 * <pre>{@code
 * { "result": 0, "arguments": { "Dhcp6": { ... }, "hash": "..." } }
 * }</pre>
 */
public final class ConfigGet implements ConfigOrigin {
  private static final Duration EVERY = Duration.ofSeconds(30);
  private static final Duration AFTER_FAULT = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration AFTER_REFUSAL = Duration.ofHours(1);
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final String name;
  private final Asker asker;
  private final String advice;
  private final LongSupplier nanoClock;
  private Duration pause = Duration.ZERO;
  private long readNanos;
  private long count;

  /** Asks a Kea. */
  public interface Asker {
    /**
     * The element of Kea's answer to {@code config-get}, whose result is 0.
     *
     * @throws KeaRefusedException if it is not
     * @throws java.net.ConnectException if there is no Kea to ask, nor any to feed for
     * @throws IOException if it cannot be had now
     */
    JsonNode ask() throws IOException, InterruptedException;
  }

  /**
   * Of that Kea.
   *
   * @param name of where it is asked
   * @param advice what to do if it refuses, in brackets
   */
  public ConfigGet(String name, Asker asker, String advice, LongSupplier nanoClock) {
    this.name = name;
    this.asker = asker;
    this.advice = advice;
    this.nanoClock = nanoClock;
  }

  /**
   * Of the Kea behind that control socket.
   *
   * @param advice as above
   */
  public static ConfigGet of(Path controlSocket, String advice) {
    return new ConfigGet(
        controlSocket.toString(),
        new KeaControl(controlSocket, PATIENCE)::configuration,
        advice,
        System::nanoTime);
  }

  @Override
  public String name() {
    return name + ": config-get";
  }

  @Override
  public String mark() {
    if (nanoClock.getAsLong() - readNanos >= pause.toNanos()) {
      count++;
    }
    return String.valueOf(count);
  }

  @Override
  public byte[] read() throws IOException, InterruptedException {
    pause = AFTER_FAULT;
    try {
      JsonNode answer = asker.ask();
      pause = EVERY;
      ObjectNode configuration = MAPPER.createObjectNode();
      configuration.set("Dhcp6", answer.path("arguments").path("Dhcp6"));
      return MAPPER.writeValueAsBytes(configuration);
    } catch (KeaRefusedException e) {
      pause = AFTER_REFUSAL;
      throw new KeaRefusedException(e.getMessage() + " " + advice, e);
    } finally {
      readNanos = nanoClock.getAsLong();
    }
  }
}
