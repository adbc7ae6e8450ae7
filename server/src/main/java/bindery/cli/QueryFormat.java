package bindery.cli;

/** How the answers of queries are written to standard output. */
enum QueryFormat {
  /** Columns for people, as wide as the terminal. */
  table,
  /** One JSON object a line for each binding; names and meanings of keys stay. */
  json,
  /** One line for each lease; the columns stay. */
  csv,
  /** One {@code ip -6 route} command for each delegated prefix. */
  routes,
  /** What went over the wire, as a capture. */
  pcap
}
