package bindery.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * The log of the process, on stderr. Commands that talk to nodes log nothing below a warning; a
 * node logs its events.
 */
final class Logging {
  private Logging() {}

  /** Takes over what libraries write to java.util.logging. Once, at the start of the program. */
  static void start() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  /** Lets events of level INFO through, as a node does. */
  static void toInfo() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger("bindery").setLevel(Level.INFO);
    }
  }
}
