package bindery.store;

/**
 * A source that holds a lease.
 *
 * @param source its id
 * @param generation its sync generation when it last told of the lease
 */
record Holder(int source, long generation) {}
