package bindery.leasequery;

import bindery.store.Selector;
import java.util.Optional;

/**
 * How far an answer by TCP is.
 *
 * @param from who asked, address and port
 * @param what was asked, as the audit line has it: type, key, link
 * @param nanos since it was asked
 * @param octets that the requestor's socket has taken
 * @param bindings put into pages; three pages ahead of the octets at most
 * @param walked what it tells all bindings of, as far as they are live; empty if it is none of
 *     those, or not known yet
 */
public record AnswerProgress(
    String from, String what, long nanos, long octets, long bindings, Optional<Selector> walked) {}
