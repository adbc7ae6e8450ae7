package bindery.leasequery;

/**
 * How far an answer by TCP is.
 *
 * @param from who asked, address and port
 * @param what was asked, as the audit line has it: type, key, link
 * @param nanos since it was asked
 * @param octets that the requestor's socket has taken
 */
public record AnswerProgress(String from, String what, long nanos, long octets) {}
