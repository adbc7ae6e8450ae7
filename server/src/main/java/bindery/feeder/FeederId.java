package bindery.feeder;

/**
 * Who feeds.
 *
 * @param source the DHCPv6 server, or HA set of servers, whose bindings these are: 1..64 of {@code
 *     [A-Za-z0-9._-]}
 * @param feeder the program that feeds for it, spelled likewise
 * @param epoch at least 1; the same as before to resume, a higher one to begin anew. {@link
 *     System#currentTimeMillis} does well for a feeder that cannot resume
 */
public record FeederId(String source, String feeder, long epoch) {
  @Override
  public String toString() {
    return source + "/" + feeder + " epoch " + epoch;
  }
}
