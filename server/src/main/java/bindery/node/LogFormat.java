package bindery.node;

/** How a node writes its log. */
enum LogFormat {
  /** A line for people. */
  TEXT,
  /** A JSON object a line. */
  JSON
}
