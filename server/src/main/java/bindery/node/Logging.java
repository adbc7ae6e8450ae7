package bindery.node;

import bindery.admin.RecentEvents;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * The log of the process, on stderr. Commands that talk to nodes log nothing below a warning; a
 * node logs its events.
 */
final class Logging {
  private static final RecentEvents RECENT = new RecentEvents();

  private Logging() {}

  /** Takes over what libraries write to java.util.logging. Once, at the start of the program. */
  static void start() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  /** Lets events of level INFO through, bounds repeats, and keeps the last, as a node does. */
  static void toInfo(LogFormat format) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      switch (format) {
        case TEXT -> {}
        case JSON -> toJson(context);
      }
      context.addTurboFilter(new RepeatLimit(System::nanoTime));
      context.getLogger("bindery").setLevel(Level.INFO);
      AppenderBase<ILoggingEvent> keeper =
          new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
              // Queries have their lines in the log alone: they would push everything else out.
              if (!event.getLoggerName().equals("bindery.audit")) {
                RECENT.add(
                    new RecentEvents.Event(
                        event.getTimeStamp(),
                        event.getLevel().toString(),
                        event.getFormattedMessage()));
              }
            }
          };
      keeper.setContext(context);
      keeper.start();
      context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(keeper);
    }
  }

  // The appender of logback.xml, with another encoder.
  private static void toJson(LoggerContext context) {
    if (context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr")
        instanceof ConsoleAppender<ILoggingEvent> appender) {
      appender.setEncoder(jsonEncoder(context));
    }
  }

  /** Writes each event as docs/logs.md says. */
  static Encoder<ILoggingEvent> jsonEncoder(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithMarkers(false);
    encoder.setWithMDC(false);
    encoder.setWithKVPList(false);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    return encoder;
  }

  /** What the process has logged of late, once events of level INFO are let through. */
  static RecentEvents recentEvents() {
    return RECENT;
  }
}
