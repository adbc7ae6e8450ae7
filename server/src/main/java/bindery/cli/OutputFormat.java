package bindery.cli;

/** How data is written to standard output. */
enum OutputFormat {
  /** Columns for people. */
  table,
  /** One JSON object a line; names and meanings of keys stay. */
  json
}
