package bindery.admin;

import bindery.log.v1.Settings;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * What a node tells of itself beside its replica. The suppliers are asked on any thread and do not
 * block.
 *
 * @param node its name
 * @param version the program's
 * @param connections open at the leasequery port now
 * @param answers in progress there now
 * @param readiness whether it can serve
 * @param warnings what an operator should know, a sentence each; empty if nothing
 * @param given what its own configuration says of the settings that decide rows; unset where it
 *     says nothing
 */
public record NodeFacts(
    String node,
    String version,
    IntSupplier connections,
    IntSupplier answers,
    Readiness readiness,
    Supplier<List<String>> warnings,
    Settings given) {}
