package bindery.store;

/**
 * Who tells an item, and as which.
 *
 * @param source id of the source
 * @param generation its sync generation
 * @param feeder id of the feeder
 * @param sequence of the item
 */
record Teller(int source, long generation, int feeder, long sequence) {}
