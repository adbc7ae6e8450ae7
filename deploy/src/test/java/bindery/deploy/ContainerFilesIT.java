package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the files for containers configure, judged by the packaged program, and the objects of
 * Kubernetes by the types of its API.
 */
final class ContainerFilesIT {
  private static final String TLS = "/etc/bindery/tls";
  private static final long SECONDS_MAX = 60;
  private static final Pattern VARIABLE = Pattern.compile("BINDERY_[A-Z_]+");
  private static final Pattern PORT = Pattern.compile(":(\\d+)\"?$");
  private static final int GRACE_SECONDS = 90; // as the service of Debian's package has it
  private static final Set<String> PORTS = Set.of("547", "5470", "5471", "5472", "5473");

  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.of(
          "Service", Service.class,
          "ConfigMap", ConfigMap.class,
          "PodDisruptionBudget", PodDisruptionBudget.class,
          "StatefulSet", StatefulSet.class);

  @TempDir private static Path folder;

  private static PackagedProgram program;
  private static Path tls;
  private static String version;
  private static List<JsonNode> objects;
  private static JsonNode compose;
  private static String containerfile;

  @BeforeAll
  static void read() throws Exception {
    program = PackagedProgram.unpack(folder);
    tls = folder.resolve("tls");
    program.ok("cert", "ca", "--cluster", "edge-north", "--dir", tls.toString());
    String tar = Path.of(System.getProperty("bindery.package")).getFileName().toString();
    version = tar.replaceAll("^bindery-|\\.tar\\.gz$", "");
    objects = documents("kubernetes/bindery.yaml");
    compose = documents("container/compose.yaml").get(0);
    containerfile = Files.readString(Path.of("container/Containerfile"));
  }

  private static List<JsonNode> documents(String file) throws IOException {
    ObjectMapper mapper = new ObjectMapper(new YAMLFactory());
    try (var values =
        mapper.readerFor(JsonNode.class).<JsonNode>readValues(Path.of(file).toFile())) {
      return values.readAll();
    }
  }

  private static JsonNode only(String kind) {
    List<JsonNode> found =
        objects.stream().filter(object -> object.get("kind").asText().equals(kind)).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static JsonNode container() {
    return only("StatefulSet").at("/spec/template/spec/containers/0");
  }

  private static <T> Set<T> each(JsonNode list, Function<JsonNode, T> what) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(what)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  // What is wrong with that environment for a node, whose files of TLS are in the test's folder. No
  // member's name is known here, as at the first start.
  private static void check(String node, Map<String, String> environment, String... flags)
      throws Exception {
    program.ok("cert", "node", node, "--dir", tls.toString());
    List<String> pairs = new ArrayList<>();
    environment.forEach(
        (name, value) -> pairs.add(name + "=" + value.replace(TLS, tls.toString())));
    List<String> words = new ArrayList<>(List.of("node", "--check"));
    words.addAll(List.of(flags));
    Path log = folder.resolve(node + ".log");
    Process process = program.start(log, pairs, words.toArray(new String[0]));
    assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    List<String> said = new ArrayList<>(Files.readAllLines(log));
    assertThat(process.exitValue()).as(said.toString()).isZero();
    assertThat(said.remove("OK")).isTrue();
    assertThat(said).allMatch(line -> line.startsWith("Warning: members: "));
  }

  @Test
  void compose_environmentOfEachNode_isAConfiguration() throws Exception {
    assertThat(compose.get("services")).hasSize(3);
    for (String name : List.of("n1", "n2", "n3")) {
      Map<String, String> environment = new HashMap<>();
      compose
          .get("x-environment")
          .properties()
          .forEach(entry -> environment.put(entry.getKey(), entry.getValue().asText()));
      JsonNode own = compose.get("services").get(name);
      environment.put("BINDERY_NODE", own.at("/environment/BINDERY_NODE").asText());
      assertThat(own.get("hostname").asText()).isEqualTo(name);
      for (JsonNode volume : own.get("volumes")) {
        String[] parts = volume.asText().split(":", 3);
        if (parts[0].startsWith("./tls/")) {
          environment.replaceAll(
              (key, value) -> value.equals(parts[1]) ? TLS + parts[0].substring(5) : value);
        }
      }
      check(name, environment);
      for (JsonNode port : own.get("ports")) {
        assertThat(PORTS).contains(port.asText().replaceAll(".*:", ""));
      }
    }
  }

  @Test
  void compose_requestors_holdItsNetwork() {
    assertThat(compose.at("/x-environment/BINDERY_LEASEQUERY_REQUESTORS").asText().split(",", -1))
        .contains(compose.at("/networks/default/ipam/config/0/subnet").asText());
  }

  @Test
  void kubernetes_configurationOfEachPod_isOne() throws Exception {
    JsonNode set = only("StatefulSet").get("spec");
    Path config = folder.resolve("bindery.yaml");
    Files.writeString(config, only("ConfigMap").at("/data/bindery.yaml").asText());
    String name = only("StatefulSet").at("/metadata/name").asText();
    int replicas = set.get("replicas").asInt();
    assertThat(replicas).isEqualTo(3);
    for (int pod = 0; pod < replicas; pod++) {
      String node = name + "-" + pod;
      Map<String, String> environment = new HashMap<>();
      for (JsonNode variable : container().get("env")) {
        JsonNode value = variable.get("value"); // without one it is the pod's name
        environment.put(
            variable.get("name").asText(),
            value == null ? node : value.asText().replace("$(BINDERY_NODE)", node));
      }
      check(node, environment, "--config", config.toString());
    }
  }

  @Test
  void kubernetes_everyField_isOneOfItsApi() throws Exception {
    ObjectMapper strict =
        new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    strict.setAnnotationIntrospector(
        new JacksonAnnotationIntrospector() {
          @Override
          public Boolean hasAnySetter(Annotated any) {
            return false; // by which the types would take what they do not know
          }
        });
    for (JsonNode object : objects) {
      HasMetadata read = strict.treeToValue(object, KINDS.get(object.get("kind").asText()));
      assertThat(read.getApiVersion()).isEqualTo(object.get("apiVersion").asText());
    }
  }

  @Test
  void kubernetes_portsAndNames_fitEachOther() throws Exception {
    Map<String, String> ports = new TreeMap<>();
    for (JsonNode port : container().get("ports")) {
      ports.put(port.get("name").asText(), port.get("containerPort").asText());
    }
    assertThat(Set.copyOf(ports.values())).isEqualTo(PORTS);
    JsonNode config =
        new ObjectMapper(new YAMLFactory())
            .readTree(only("ConfigMap").at("/data/bindery.yaml").asText());
    for (String front : List.of("raft", "api", "http")) {
      assertThat(port(config.get(front).get("listen").asText())).isEqualTo(ports.get(front));
    }
    assertThat(port(config.at("/leasequery/tls-listen").asText()))
        .isEqualTo(ports.get("leasequery-tls"));
    String service = only("StatefulSet").at("/spec/serviceName").asText();
    config
        .get("members")
        .properties()
        .forEach(
            member ->
                assertThat(member.getValue().asText())
                    .isEqualTo(member.getKey() + "." + service + ":" + ports.get("raft")));
    for (JsonNode object : objects) {
      if (object.get("kind").asText().equals("Service")) {
        for (JsonNode port : object.at("/spec/ports")) {
          JsonNode target = port.get("targetPort");
          String name = target == null ? port.get("name").asText() : target.asText();
          assertThat(ports).containsEntry(name, port.get("port").asText());
        }
      }
    }
    Set<String> volumes =
        each(only("StatefulSet").at("/spec/template/spec/volumes"), v -> v.get("name").asText());
    volumes.addAll(
        each(
            only("StatefulSet").at("/spec/volumeClaimTemplates"),
            v -> v.at("/metadata/name").asText()));
    assertThat(each(container().get("volumeMounts"), mount -> mount.get("name").asText()))
        .isEqualTo(volumes);
  }

  private static String port(String address) {
    var matcher = PORT.matcher(address);
    assertThat(matcher.find()).as(address).isTrue();
    return matcher.group(1);
  }

  @Test
  void containerfile_portsAndUser_areThoseOfTheOthers() {
    String exposed =
        containerfile.lines().filter(line -> line.startsWith("EXPOSE ")).findFirst().orElseThrow();
    assertThat(Set.of(exposed.substring(7).split(" ", -1))).isEqualTo(PORTS);
    String user = only("StatefulSet").at("/spec/template/spec/securityContext/runAsUser").asText();
    assertThat(containerfile).contains("USER " + user + ":" + user);
  }

  @Test
  void variables_ofEveryFile_areOptions() throws IOException {
    Set<String> known = variables(program.ok("node", "--help").out());
    for (String file : List.of("container/compose.yaml", "kubernetes/bindery.yaml")) {
      assertThat(known).as(file).containsAll(variables(Files.readString(Path.of(file))));
    }
    assertThat(known).containsAll(variables(containerfile.replaceAll("(?m)^#.*$", "")));
  }

  private static Set<String> variables(String text) {
    return VARIABLE.matcher(text).results().map(found -> found.group()).collect(Collectors.toSet());
  }

  @Test
  void images_areOfThisVersion() {
    assertThat(containerfile).contains("COPY bindery-" + version + ".tar.gz ");
    assertThat(compose.at("/x-node/image").asText()).isEqualTo("bindery:" + version);
    assertThat(container().get("image").asText()).isEqualTo("bindery:" + version);
  }

  @Test
  void stops_haveTheTimeThatANodeNeeds() throws IOException {
    assertThat(Files.readString(Path.of("debian/bindery.service")))
        .contains("TimeoutStopSec=" + GRACE_SECONDS);
    assertThat(compose.at("/x-node/stop_grace_period").asText()).isEqualTo(GRACE_SECONDS + "s");
    assertThat(only("StatefulSet").at("/spec/template/spec/terminationGracePeriodSeconds").asInt())
        .isEqualTo(GRACE_SECONDS);
    assertThat(containerfile).contains("STOPSIGNAL SIGTERM");
  }

  @Test
  void probes_askForPagesThatThereAre() {
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      JsonNode asked = container().get(probe).get("httpGet");
      assertThat(asked.get("path").asText())
          .isEqualTo(probe.equals("readinessProbe") ? "/readyz" : "/livez");
      assertThat(asked.get("port").asText()).isEqualTo("http");
    }
    assertThat(compose.at("/x-node/healthcheck/test").toString())
        .contains("http://127.0.0.1:5472/readyz");
    assertThat(containerfile).contains("http://127.0.0.1:5472/livez");
  }
}
