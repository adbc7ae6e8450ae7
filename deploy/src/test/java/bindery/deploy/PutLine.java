package bindery.deploy;

/** A line of JSON that puts one client's address, which never ends, as told through a relay. */
final class PutLine {
  /** The clients' DUIDs, by number. */
  static final String CLIENT = "0003000102005e20%04x";

  /** The instant of the exchange, in seconds since 1970. */
  static final long CLTT = 1_764_000_000;

  private PutLine() {}

  /** Of that client, on the link of 2001:db8:a::1, by the relay 0003000102005e1000aa. */
  static String of(int client, long cltt) {
    return """
        {"op":"put","client":"%s","address":"2001:db8:a::%x","iaid":1,"preferred":4294967295,\
        "valid":4294967295,"cltt":%d,"relays":[{"hop":0,"link":"2001:db8:a::1",\
        "peer":"fe80::1","options":"0035000a0003000102005e1000aa"}]}
        """
        .formatted(CLIENT.formatted(client), 0x1000 + client, cltt);
  }

  /** Lines of so many clients, from that one on. */
  static String of(int first, int count) {
    StringBuilder lines = new StringBuilder();
    for (int client = first; client < first + count; client++) {
      lines.append(of(client, CLTT));
    }
    return lines.toString();
  }
}
