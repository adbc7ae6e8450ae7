package bindery.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a certificate names within one cluster, and what it lets him do.
 *
 * <p>A certificate says so in its subject alternative names, as URIs: one {@code
 * bindery:CLUSTER/ROLE/NAME}, and of a feeder one {@code bindery:CLUSTER/source/SOURCE} for each
 * source that it may feed as. It may name several clusters.
 *
 * @param name of the node, the feeder or the person
 * @param sources what a feeder may feed as; empty for every other role
 */
public record Holder(Role role, String name, Set<String> sources) {
  private static final String WORD = "[A-Za-z0-9._-]{1,64}";
  private static final Pattern NAME =
      Pattern.compile("bindery:(" + WORD + ")/(" + WORD + ")/(" + WORD + ")");
  private static final String SOURCE = "source";
  private static final int URI_KIND = 6;

  /** Copies the set. */
  public Holder {
    sources = Set.copyOf(sources);
  }

  /** The URIs that name it in a certificate of that cluster. */
  public List<String> uris(String cluster) {
    List<String> uris = new ArrayList<>();
    uris.add(uri(cluster, role.text(), name));
    new TreeSet<>(sources).forEach(source -> uris.add(uri(cluster, SOURCE, source)));
    return uris;
  }

  private static String uri(String cluster, String kind, String name) {
    return "bindery:" + cluster + "/" + kind + "/" + name;
  }

  /**
   * Who a certificate names.
   *
   * @param cluster the cluster that asks; what stands there of others is passed over
   * @throws UnnamedException if it names nobody in that cluster, or is at odds with itself
   */
  public static Holder of(X509Certificate certificate, String cluster) throws UnnamedException {
    List<String> uris = uris(certificate);
    Optional<Role> role = Optional.empty();
    String name = "";
    Set<String> sources = new LinkedHashSet<>();
    for (String uri : uris) {
      Matcher matcher = NAME.matcher(uri);
      if (!matcher.matches() || !matcher.group(1).equals(cluster)) {
        continue;
      }
      if (matcher.group(2).equals(SOURCE)) {
        sources.add(matcher.group(3));
        continue;
      }
      Optional<Role> found = Role.find(matcher.group(2));
      if (found.isEmpty() || role.isPresent()) {
        throw new UnnamedException(
            subject(certificate)
                + " names "
                + String.join(", ", uris)
                + " (expected one role in cluster "
                + cluster
                + ": node, feeder, operator or viewer)");
      }
      role = found;
      name = matcher.group(3);
    }
    if (role.isEmpty()) {
      throw new UnnamedException(
          subject(certificate)
              + " names nobody in cluster "
              + cluster
              + " but "
              + (uris.isEmpty() ? "no bindery: URI at all" : String.join(", ", uris))
              + " (expected a name such as "
              + uri(cluster, Role.OPERATOR.text(), "NAME")
              + ", which bindery cert gives it)");
    }
    if (role.get() == Role.FEEDER == sources.isEmpty()) {
      throw new UnnamedException(
          subject(certificate)
              + " names "
              + String.join(", ", uris)
              + " (expected sources of a feeder, and of nobody else)");
    }
    return new Holder(role.get(), name, sources);
  }

  /** The URIs among a certificate's alternative names that begin with {@code bindery:}. */
  static List<String> uris(X509Certificate certificate) {
    return alternativeNames(certificate, URI_KIND).stream()
        .filter(uri -> uri.startsWith("bindery:"))
        .toList();
  }

  /** A certificate's alternative names of some kinds (RFC 5280 4.2.1.6), as text. */
  static List<String> alternativeNames(X509Certificate certificate, Integer... kinds) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      if (all != null) {
        for (List<?> name : all) {
          if (List.of(kinds).contains(name.get(0)) && name.get(1) instanceof String text) {
            names.add(text);
          }
        }
      }
    } catch (CertificateParsingException e) {
      return List.of(); // unreadable names are none
    }
    return names;
  }

  /** What to call a certificate in a message: its subject and number. */
  static String subject(X509Certificate certificate) {
    return "the certificate of "
        + certificate.getSubjectX500Principal().getName()
        + " (number "
        + certificate.getSerialNumber().toString(16)
        + ")";
  }

  /** Whether it may feed as that source. */
  public boolean mayFeedAs(String source) {
    return switch (role) {
      case NODE, OPERATOR -> true;
      case FEEDER -> sources.contains(source);
      case VIEWER -> false;
    };
  }

  /** In words, such as {@code feeder kea-1 of kea1, kea2}. */
  @Override
  public String toString() {
    return role.text()
        + " "
        + name
        + (sources.isEmpty() ? "" : " of " + String.join(", ", new TreeSet<>(sources)));
  }
}
