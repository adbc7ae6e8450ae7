package bindery.cli;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a feed command reads, entry by entry, in bounded memory. One thread. */
interface FeedInput extends Closeable {
  /**
   * The next entry. May block for as long as the input gives nothing.
   *
   * @return null at the end
   */
  @Nullable FeedEntry next() throws IOException;

  /** How many octets were read so far. Any thread may ask; it may be told a little late. */
  long bytesRead();

  /** How many octets there are; 0 if that is not known. */
  long bytesTotal();
}
