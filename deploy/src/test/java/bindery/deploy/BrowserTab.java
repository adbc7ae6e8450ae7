package bindery.deploy;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A page in a real browser without a window, which takes keys as from a keyboard: by the protocol
 * of its developer tools. One thread's own.
 */
final class BrowserTab implements AutoCloseable {
  static final int SHIFT = 8;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process browser;
  private final WebSocket tools;
  private final BlockingQueue<JsonNode> replies;
  private int calls;

  private BrowserTab(Process browser, WebSocket tools, BlockingQueue<JsonNode> replies) {
    this.browser = browser;
    this.tools = tools;
    this.replies = replies;
  }

  /**
   * Opens a page.
   *
   * @param folder a new one, for the browser's profile
   */
  static BrowserTab open(Path folder, String url) throws Exception {
    Files.createDirectories(folder);
    Process browser =
        new ProcessBuilder(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--window-size=1100,700",
                "--user-data-dir=" + folder,
                "--remote-debugging-port=0",
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("chromium.out").toFile())
            .start();
    try {
      Path ports = folder.resolve("DevToolsActivePort");
      await().atMost(PATIENCE).until(() -> Files.exists(ports) && Files.size(ports) > 0);
      String port = Files.readAllLines(ports).get(0);
      HttpClient http = HttpClient.newHttpClient();
      BlockingQueue<JsonNode> replies = new LinkedBlockingQueue<>();
      WebSocket tools =
          http.newWebSocketBuilder()
              .buildAsync(
                  URI.create(
                      await()
                          .atMost(PATIENCE)
                          .ignoreExceptions()
                          .until(() -> page(http, port), found -> found != null)),
                  new Replies(replies))
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      BrowserTab tab = new BrowserTab(browser, tools, replies);
      tab.call("Page.navigate", parameters().put("url", url));
      return tab;
    } catch (Exception | AssertionError e) {
      browser.destroyForcibly();
      throw e;
    }
  }

  private static @Nullable String page(HttpClient http, String port) throws Exception {
    HttpResponse<String> listed =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list")).build(),
            HttpResponse.BodyHandlers.ofString());
    for (JsonNode target : JSON.readTree(listed.body())) {
      if (target.get("type").asText().equals("page")) {
        return target.get("webSocketDebuggerUrl").asText();
      }
    }
    return null;
  }

  private record Replies(BlockingQueue<JsonNode> queue, StringBuilder part)
      implements WebSocket.Listener {
    Replies(BlockingQueue<JsonNode> queue) {
      this(queue, new StringBuilder());
    }

    @Override
    public @Nullable CompletionStage<?> onText(
        WebSocket socket, CharSequence text, boolean isLast) {
      part.append(text);
      if (isLast) {
        try {
          queue.add(JSON.readTree(part.toString()));
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
        part.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }

  private static ObjectNode parameters() {
    return JsonNodeFactory.instance.objectNode();
  }

  private JsonNode call(String method, ObjectNode parameters) throws Exception {
    int id = ++calls;
    ObjectNode message = parameters().put("id", id).put("method", method);
    message.set("params", parameters);
    tools.sendText(message.toString(), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    JsonNode reply;
    do {
      reply = replies.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (reply == null) {
        throw new AssertionError("the browser does not answer " + method);
      }
    } while (reply.path("id").asInt() != id); // events come between
    if (reply.has("error")) {
      throw new AssertionError(method + ": " + reply.get("error"));
    }
    return reply.get("result");
  }

  /** What an expression of JavaScript comes to, as text. */
  String evaluate(String expression) throws Exception {
    JsonNode result =
        call(
            "Runtime.evaluate",
            parameters().put("expression", expression).put("returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
    }
    return result.get("result").path("value").asText();
  }

  /** Waits until it is true. */
  void awaitTrue(String expression) {
    await().atMost(PATIENCE).until(() -> evaluate(expression).equals("true"));
  }

  /** Presses Tab and lets go of it. */
  void tab(int modifiers) throws Exception {
    press("Tab", 9, "", modifiers);
  }

  /** Presses Enter and lets go of it. */
  void enter() throws Exception {
    press("Enter", 13, "\r", 0);
  }

  private void press(String key, int code, String text, int modifiers) throws Exception {
    for (String type : List.of(text.isEmpty() ? "rawKeyDown" : "keyDown", "keyUp")) {
      ObjectNode event =
          parameters()
              .put("type", type)
              .put("key", key)
              .put("code", key)
              .put("windowsVirtualKeyCode", code)
              .put("modifiers", modifiers);
      if (type.equals("keyDown")) {
        event.put("text", text);
      }
      call("Input.dispatchKeyEvent", event);
    }
  }

  @Override
  public void close() {
    tools.abort();
    browser.destroy();
    try {
      if (!browser.waitFor(20, TimeUnit.SECONDS)) {
        browser.destroyForcibly();
      }
    } catch (InterruptedException e) {
      browser.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
