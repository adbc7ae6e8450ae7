/**
 * The requestor as a library: asks bulk leasequeries over TCP and hands out the answers as they
 * come (RFC 5460 6).
 *
 * <p>{@link bindery.client.Requestor} is what most programs want: it asks any number of queries of
 * one server or the first of several that can answer, waits, reconnects and asks again. Beneath it,
 * {@link bindery.client.LeasequeryClient} is one connection. It sends queries, reads the messages
 * that come back one by one, has {@link bindery.wire.ReplyDecoder} judge them, and gives each
 * client's data to an {@link bindery.client.AnswerReceiver}; when an answer has ended, a {@link
 * bindery.client.QueryResult} says whether it was complete. Nothing is gathered, so an answer of
 * millions of messages takes the memory of one. Imports {@code bindery.wire} and {@code
 * bindery.model} alone, so that it can be used far from any server.
 */
@NullMarked
package bindery.client;

import org.jspecify.annotations.NullMarked;
