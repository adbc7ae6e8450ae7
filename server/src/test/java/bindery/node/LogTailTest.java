package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogTailTest {
  private static final String FIRST_RUN = "12:00 ERROR node - event=old\n";

  @TempDir private Path folder = Path.of("");
  private Path log = Path.of("");

  @BeforeEach
  void write() throws IOException {
    log = Files.writeString(folder.resolve("log"), FIRST_RUN);
  }

  @Test
  void lastError_severalErrors_isTheLastOfThisRun() throws IOException {
    Files.writeString(
        log, FIRST_RUN + "12:01 INFO a\n12:02 ERROR b\nError: cannot listen\n12:03 INFO c\n");

    assertThat(LogTail.lastError(log, FIRST_RUN.length())).contains("Error: cannot listen");
  }

  @Test
  void lastError_noneSinceTheStart_isNone() {
    assertThat(LogTail.lastError(log, FIRST_RUN.length())).isEmpty();
    assertThat(LogTail.lastError(log, Long.MAX_VALUE)).isEmpty();
    assertThat(LogTail.lastError(log, 0)).isPresent();
    assertThat(LogTail.lastError(folder.resolve("none"), 0)).isEmpty();
  }

  @Test
  void lastError_longLog_isReadFromItsEndOnly() throws IOException {
    Files.writeString(log, FIRST_RUN + "x\n".repeat(64 << 10));

    assertThat(LogTail.lastError(log, 0)).isEmpty();
  }
}
