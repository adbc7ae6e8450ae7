package bindery.cli;

import bindery.wire.LeaseQuery;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Queries whose keys stand in lines, one each; empty lines and those that begin with {@code #} are
 * passed over. Lines are read as queries are taken. One thread.
 */
final class KeyLines implements Iterator<LeaseQuery> {
  private static final int LINE_SIZE_MAX = 4_096; // the longest key, a remote-ID, takes half of it

  private final BufferedReader lines;
  private final QueryOfKey queryOfKey;
  private Optional<LeaseQuery> ahead = Optional.empty();
  private int line;
  private int count;

  /** Makes the query of a key. */
  @FunctionalInterface
  interface QueryOfKey {
    /**
     * The query.
     *
     * @param number to tell it by
     * @throws IllegalArgumentException if the text is no key
     */
    LeaseQuery query(int number, String key);
  }

  /** A line that is no key. */
  static final class BadKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadKeyException(String message) {
      super(message);
    }
  }

  KeyLines(InputStream in, QueryOfKey queryOfKey) {
    this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.queryOfKey = queryOfKey;
  }

  /**
   * The query of one key alone.
   *
   * @throws IllegalArgumentException if the text is none
   */
  KeyLines(QueryOfKey queryOfKey, String key) {
    this(InputStream.nullInputStream(), queryOfKey);
    this.ahead = Optional.of(queryOfKey.query(0, key));
  }

  /**
   * Whether there is another key.
   *
   * @throws BadKeyException if what comes next is none
   * @throws UncheckedIOException if it cannot be read
   */
  @Override
  public boolean hasNext() {
    while (ahead.isEmpty()) {
      Optional<String> read = readLine();
      if (read.isEmpty()) {
        return false;
      }
      String key = read.get().strip();
      if (!key.isEmpty() && !key.startsWith("#")) {
        ahead = Optional.of(query(key));
      }
    }
    return true;
  }

  private LeaseQuery query(String key) {
    try {
      return queryOfKey.query(count & LeaseQuery.TRANSACTION_ID_MAX, key);
    } catch (IllegalArgumentException e) {
      throw new BadKeyException(
          "line " + line + " of standard input: " + OptionText.harmless(e.getMessage() + ""));
    }
  }

  private Optional<String> readLine() {
    StringBuilder text = new StringBuilder();
    try {
      int read = lines.read();
      if (read < 0) {
        return Optional.empty();
      }
      line++;
      for (; read >= 0 && read != '\n'; read = lines.read()) {
        if (text.length() == LINE_SIZE_MAX) {
          throw new BadKeyException(
              "line "
                  + line
                  + " of standard input: longer than "
                  + LINE_SIZE_MAX
                  + " characters (expected a key)");
        }
        text.append((char) read);
      }
      return Optional.of(text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("standard input cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public LeaseQuery next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    LeaseQuery query = ahead.orElseThrow();
    ahead = Optional.empty();
    count++;
    return query;
  }
}
