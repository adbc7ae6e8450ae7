package bindery.tls;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What a class writes to the log while a test looks. */
public final class LogLines implements AutoCloseable {
  private final Logger logger;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(event.getLevel() + " " + event.getFormattedMessage());
        }
      };

  /** Of who is refused. */
  public static LogLines ofRefusals() {
    return new LogLines(RefusalLog.class);
  }

  /** Of the class of that name, which may be another package's own. */
  public static LogLines of(String className) {
    return new LogLines(className);
  }

  /** Of that class, from now on. */
  public LogLines(Class<?> logged) {
    this(logged.getName());
  }

  private LogLines(String logged) {
    logger = (Logger) LoggerFactory.getLogger(logged);
    appender.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(appender);
  }

  /** The lines so far, each behind its level. */
  public List<String> lines() {
    return lines;
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    logger.setLevel(null);
  }
}
