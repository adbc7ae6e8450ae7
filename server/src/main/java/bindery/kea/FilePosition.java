package bindery.kea;

/**
 * A place in a lease file right behind a row, and how to know that row again.
 *
 * @param file which file it is
 * @param offset how many octets lie before it
 * @param line the number of the row's line, the header being 1
 * @param rowBytes how many octets the row has, its line feed among them
 * @param rowCrc the CRC-32 of these
 */
record FilePosition(FileIdentity file, long offset, long line, long rowBytes, int rowCrc) {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if no row with a header before it can end there
   */
  FilePosition {
    if (rowBytes < 1 || offset <= rowBytes || line < 2) {
      throw new IllegalArgumentException(
          "a row of "
              + rowBytes
              + " octets that ends at offset "
              + offset
              + " as line "
              + line
              + " (expected one behind a header)");
    }
  }

  @Override
  public String toString() {
    return "line " + line + ", offset " + offset;
  }
}
