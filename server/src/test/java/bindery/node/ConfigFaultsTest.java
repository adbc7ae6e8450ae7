package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a configuration that cannot be used is told. */
final class ConfigFaultsTest {
  @TempDir private Path folder = Path.of("");

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("bindery.yaml"), text);
  }

  private List<String> problems(String text) throws IOException {
    Path file = file(text);
    return catchThrowableOfType(
            ConfigException.class, () -> NodeConfig.load(Map.of(), Map.of(), file))
        .problems();
  }

  @Test
  void load_severalFaults_tellsAllTogether() throws Exception {
    List<String> problems =
        problems(
            """
            node: n9
            members: { n1: "127.0.0.1:5471", n2: "127.0.0.1:5481" }
            leasequery: { data-timeout: soon, max-conections: 3 }
            api: { listen: "192.0.2.1:5470" }
            """);

    assertThat(problems)
        .anySatisfy(p -> assertThat(p).contains("n9").contains("[n1, n2]"))
        .anySatisfy(p -> assertThat(p).contains("data-timeout").contains("soon").contains("30s"))
        .anySatisfy(
            p -> assertThat(p).contains("max-conections").contains("leasequery.max-connections"))
        .anySatisfy(p -> assertThat(p).contains("192.0.2.1:5470").contains("insecure: true"))
        .hasSize(4);
  }

  @Test
  void load_severalFaultsInOneList_tellsEachWithItsPlace() throws Exception {
    List<String> problems =
        problems(
            """
            members: { n1: "127.0.0.1:5471", n2: "127.0.0.1", "n 3": "127.0.0.1:5473" }
            leasequery:
              udp-listen: "[::]:547"
              output-memory: 300KiB
              sensitive-options: [ 39, 0, x ]
              requestors:
                - "::1"
                - relay1
                - { from: "2001:db8::1", query-type: [ 3 ], query-types: [ 9 ], data-timeout: soon }
                - { links: [ edge ] }
            """);

    assertThat(problems)
        .allSatisfy(p -> assertThat(p).contains("bindery.yaml: "))
        .anySatisfy(p -> assertThat(p).contains("members: n2=127.0.0.1: \"127.0.0.1\" is no"))
        .anySatisfy(p -> assertThat(p).contains("members: n 3=127.0.0.1:5473: not a name"))
        .anySatisfy(p -> assertThat(p).contains("udp-listen: \"[::]:547\""))
        .anySatisfy(p -> assertThat(p).contains("output-memory: 307200 octets for 4 queries"))
        .anySatisfy(p -> assertThat(p).contains("sensitive-options: 0: too small"))
        .anySatisfy(p -> assertThat(p).contains("sensitive-options: x: not a whole number"))
        .anySatisfy(p -> assertThat(p).contains("requestors: entry 2 (relay1): not a prefix"))
        .anySatisfy(p -> assertThat(p).contains("entry 3 (2001:db8::1): query-type: unknown key"))
        .anySatisfy(p -> assertThat(p).contains("entry 3 (2001:db8::1): query-types: 9"))
        .anySatisfy(p -> assertThat(p).contains("entry 3 (2001:db8::1): data-timeout: \"soon\""))
        .anySatisfy(p -> assertThat(p).contains("entry 4: from: none"))
        .hasSize(11);
  }

  @Test
  void load_notYaml_namesFileAndLine() throws Exception {
    assertThat(problems("cluster: [")).singleElement().asString().contains("line", "YAML");
  }

  @Test
  void load_keyTwice_isAProblem() throws Exception {
    assertThat(problems("node: n1\nnode: n2\n")).singleElement().asString().contains("node");
  }

  @Test
  void load_missingFile_isAProblem() {
    Path missing = folder.resolve("missing.yaml");

    assertThat(
            catchThrowableOfType(
                    ConfigException.class, () -> NodeConfig.load(Map.of(), Map.of(), missing))
                .problems())
        .singleElement()
        .asString()
        .contains("missing.yaml", "cannot be read");
  }

  @Test
  void load_twoListenersOnOnePort_isAProblem() throws Exception {
    assertThat(problems("http: { listen: \"127.0.0.1:5470\" }"))
        .singleElement()
        .asString()
        .contains("5470", "api.listen", "http.listen");
  }

  @Test
  void load_raftPortOfTheMembersTaken_isAProblem() throws Exception {
    assertThat(problems("members: { n1: \"127.0.0.1:5470\", n2: \"127.0.0.1:5481\" }\nnode: n1\n"))
        .singleElement()
        .asString()
        .contains("api.listen: port 5470 is also that of members");
    assertThat(problems("api: { listen: \"127.0.0.1:5471\" }"))
        .singleElement()
        .asString()
        .contains("api.listen: port 5471 is also that of raft.listen");
  }

  @Test
  void load_secondDocument_isAProblem() throws Exception {
    assertThat(problems("node: n1\n---\nnode: n2\n"))
        .singleElement()
        .asString()
        .contains("line 3", "a second document");
    assertThat(NodeConfig.load(Map.of(), Map.of(), file("---\nnode: n2\n...\n")).node())
        .isEqualTo("n2");
  }

  @Test
  void load_nothingBehindAName_isTheDefaultAndAnEmptyTextIsNot() throws Exception {
    assertThat(
            NodeConfig.load(
                    Map.of(), Map.of(), file("node:\nraft:\nleasequery: { requestors: [] }\n"))
                .node())
        .isEqualTo("n1");
    assertThat(problems("leasequery: { listen: \"\" }\nnode: \"\"\ndata: ''\nmembers: ''\n"))
        .anySatisfy(p -> assertThat(p).contains("leasequery.listen: \"\"", "ADDRESS:PORT"))
        .anySatisfy(p -> assertThat(p).contains("node: \"\""))
        .anySatisfy(p -> assertThat(p).contains("data: \"\", empty"))
        .anySatisfy(p -> assertThat(p).contains("members: \"\""))
        .hasSize(4);
  }

  @Test
  void load_listOrSectionWhereOneValueIsDue_isAProblem() throws Exception {
    assertThat(
            problems(
                """
                node: [ a ]
                cluster: { a: b }
                members: [ n1 ]
                leasequery: { requestors: { a: b } }
                raft: 7
                feed: ""
                """))
        .anySatisfy(p -> assertThat(p).contains("node: [\"a\"] (expected 1..64"))
        .anySatisfy(p -> assertThat(p).contains("cluster: {\"a\":\"b\"} (expected 1..64"))
        .anySatisfy(p -> assertThat(p).contains("members: [\"n1\"] (expected NAME=HOST:PORT"))
        .anySatisfy(p -> assertThat(p).contains("leasequery.requestors: {").contains("2001:db8::"))
        .anySatisfy(
            p -> assertThat(p).contains("raft: 7 (expected a section", "such as raft.listen"))
        .anySatisfy(p -> assertThat(p).contains("feed: \"\" (expected a section"))
        .hasSize(6);
  }

  @Test
  void load_badValues_areToldInPlainWords() throws Exception {
    assertThat(
            problems(
                """
                leasequery: { max-connections: many, max-queries-per-connection: 99999999999,
                              sensitive-options: [ x ], idle-timeout: 99999999d }
                store: { cache: 99999999999GiB }
                data: "/a\\0b"
                """))
        .anySatisfy(p -> assertThat(p).contains("\"many\", not a whole number (expected a number"))
        .anySatisfy(p -> assertThat(p).contains("\"99999999999\", out of range"))
        .anySatisfy(p -> assertThat(p).contains("x: not a whole number (expected an option code"))
        .anySatisfy(p -> assertThat(p).contains("\"99999999d\", longer than 36500d"))
        .anySatisfy(p -> assertThat(p).contains("\"99999999999GiB\", too large"))
        .anySatisfy(p -> assertThat(p).contains("not a name of a folder"))
        .hasSize(6);
  }

  @Test
  void load_fileThatCannotBeRead_saysWhy() throws Exception {
    Path latin = Files.write(folder.resolve("latin.yaml"), new byte[] {'a', (byte) 0xfc});

    assertThat(problemsOf(latin)).contains("latin.yaml: cannot be read: it is not UTF-8");
    assertThat(problemsOf(folder)).contains("cannot be read: it is a folder");
    assertThat(problemsOf(folder.resolve("none.yaml")))
        .contains("none.yaml: cannot be read: there is no such file");
  }

  private static String problemsOf(Path file) {
    ConfigException problem =
        catchThrowableOfType(
            ConfigException.class, () -> NodeConfig.load(Map.of(), Map.of(), file));
    return String.join("\n", problem.problems());
  }

  // S-53: such an option would be told all the same, inside relay data.
  @Test
  void load_optionOfRelaysHidden_isRefusedAndRelayDataNamedInstead() throws Exception {
    List<String> problems =
        problems(
            """
            leasequery:
              sensitive-options: [ 39, 37, 47, 18 ]
              requestors:
                - "::1"
                - { from: "2001:db8::1", hidden-options: [ 53 ] }
                - { from: "2001:db8::2", hidden-options: [ 47 ] }
            """);

    for (String code : List.of("18", "37", "53")) {
      assertThat(problems)
          .anySatisfy(
              p -> assertThat(p).contains(code + " is told inside relay data").contains("47"));
    }
    assertThat(problems).noneSatisfy(p -> assertThat(p).contains("2001:db8::2"));
  }
}
