/**
 * Readable transcripts: what is held, a query, and the exact messages of its answer, told by a
 * reader of octets that has nothing of the program's own.
 */
@NullMarked
package bindery.transcript;

import org.jspecify.annotations.NullMarked;
