package bindery.leasequery;

import bindery.query.Answers;

/**
 * What all connections of a front share.
 *
 * @param limits which they keep to
 * @param answers makes them
 * @param scans reads the store for them
 * @param stats counts
 * @param connections those that have a slot
 * @param shares what each requestor has in work
 * @param notices keeps requestors from filling the log
 */
record FrontParts(
    LeasequeryLimits limits,
    Answers answers,
    ScanThreads scans,
    LeasequeryStats stats,
    Connections connections,
    RequestorQueries shares,
    NoticeLimit notices) {}
