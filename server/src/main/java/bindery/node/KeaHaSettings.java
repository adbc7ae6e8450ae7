package bindery.node;

import bindery.kea.ha.HaOptions;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The options of the section {@code kea-ha}, in the order of the sample file. */
final class KeaHaSettings {
  private static final Kind<Path> FILE =
      new Kind<>("a file, such as /etc/kea/kea-dhcp6.conf", Kind.Shape.ONE, Kind.PATH.parser());

  private static final Kind<List<URI>> URLS =
      new Kind<>(
          "URLs such as http://127.0.0.1:8005/, several with commas",
          Kind.Shape.LIST,
          KeaHaSettings::parseUrls);

  private static final Kind<String> USER =
      new Kind<>("a name without a colon", Kind.Shape.ONE, KeaHaSettings::parseUser);

  static final Setting<InetSocketAddress> LISTEN =
      Setting.withoutDefault(
          "kea-ha.listen",
          Kind.ENDPOINT_ADDRESS,
          "127.0.0.1:8765",
          "Where Kea sends to, if this node is to pose as a backup server of Kea's high availability"
              + " and feed what it is told, as bindery feed kea-ha does. Best on Kea's own host:"
              + " Kea waits 10s for each request to a host that does not answer, while one whose"
              + " node is stopped refuses at once. Without one: nowhere.");

  static final Setting<List<URI>> URLS_OF_KEA =
      Setting.withoutDefault(
          "kea-ha.urls",
          URLS,
          "[ \"http://127.0.0.1:8005/\" ]",
          "Where Kea listens for its peers: the url of its own entry in its configuration. Of a pair"
              + " both. Needed with kea-ha.listen.");

  static final Setting<String> SOURCE =
      Setting.of(
          "kea-ha.source",
          Kind.TEXT_NAME,
          "kea",
          "The source that is fed: the name of that Kea, or of the pair. The feeder's name within it"
              + " is the node's.");

  static final Setting<Path> CONFIG =
      Setting.withoutDefault(
          "kea-ha.config",
          FILE,
          "/etc/kea/kea-dhcp6.conf",
          "Kea's configuration, whose links are imported before the first lease is compared, and"
              + " whenever it changes. Without one Kea itself is asked for it (config-get).");

  static final Setting<Path> CONTROL_SOCKET =
      Setting.withoutDefault(
          "kea-ha.control-socket",
          FILE,
          "/run/kea/kea6-ctrl-socket",
          "Kea's control socket, to ask there for its configuration. Without one it is asked at"
              + " kea-ha.urls, where it may refuse.");

  static final Setting<Duration> ACK_WITHIN =
      Setting.of(
          "kea-ha.ack-within",
          Kind.time("10ms", HaOptions.ACK_WITHIN_MAX.toSeconds() + "s"),
          "2s",
          "How long Kea waits for the commit at most. It is answered then all the same, and what may"
              + " be missing is repaired by comparing everything with Kea.");

  static final Setting<Duration> RECONCILE_EVERY =
      Setting.of(
          "kea-ha.reconcile-every",
          Kind.time("1s", "365d"),
          "1h",
          "How long after the last comparison with Kea the next one begins. It finds what expired and"
              + " what an administrator changed.");

  static final Setting<Integer> PAGE =
      Setting.of(
          "kea-ha.page",
          Kind.count(1, HaOptions.PAGE_LEASES_MAX),
          "1000",
          "How many leases to ask Kea for at a time, which serves nobody meanwhile.");

  static final Setting<String> ASKED_USER =
      Setting.withoutDefault(
          "kea-ha.user", USER, "kea1", "Whom Kea must say it is: its basic-auth-user.");

  static final Setting<Path> ASKED_PASSWORD =
      Setting.withoutDefault(
          "kea-ha.password-file",
          FILE,
          "/etc/bindery/kea1.password",
          "A file with that user's password.");

  static final Setting<String> SHOWN_USER =
      Setting.withoutDefault(
          "kea-ha.kea-user", USER, "bindery", "Who to be to Kea, if it asks who connects.");

  static final Setting<Path> SHOWN_PASSWORD =
      Setting.withoutDefault(
          "kea-ha.kea-password-file",
          FILE,
          "/etc/bindery/bindery.password",
          "A file with that user's password.");

  static final Setting<Path> CERTIFICATE =
      Setting.withoutDefault(
          "kea-ha.certificate",
          FILE,
          "/etc/bindery/kea-ha.crt",
          "Listen by HTTPS, with this certificate (PEM), which is also shown to a Kea that asks for"
              + " one.");

  static final Setting<Path> KEY =
      Setting.withoutDefault(
          "kea-ha.key",
          FILE,
          "/etc/bindery/kea-ha.key",
          "The certificate's key (PEM, PKCS #8, without a password).");

  static final Setting<Path> CLIENT_AUTHORITY =
      Setting.withoutDefault(
          "kea-ha.client-authority",
          FILE,
          "/etc/bindery/kea-ca.crt",
          "Take only who has a certificate of this authority (PEM).");

  static final Setting<Path> KEA_AUTHORITY =
      Setting.withoutDefault(
          "kea-ha.kea-authority",
          FILE,
          "/etc/bindery/kea-ca.crt",
          "The authority of Kea's own certificate (PEM), for urls of https. That certificate must"
              + " name the host of the URL; Kea itself does not look at that.");

  /** All of them. */
  static final List<Setting<?>> ALL =
      List.of(
          LISTEN,
          URLS_OF_KEA,
          SOURCE,
          CONFIG,
          CONTROL_SOCKET,
          ACK_WITHIN,
          RECONCILE_EVERY,
          PAGE,
          ASKED_USER,
          ASKED_PASSWORD,
          SHOWN_USER,
          SHOWN_PASSWORD,
          CERTIFICATE,
          KEY,
          CLIENT_AUTHORITY,
          KEA_AUTHORITY);

  private KeaHaSettings() {}

  private static List<URI> parseUrls(String text) {
    List<URI> urls = new ArrayList<>();
    Faults faults = new Faults();
    for (String part : text.split(",", -1)) {
      faults.gather(part.strip(), () -> urls.add(HaOptions.url(part.strip())));
    }
    faults.throwIfAny();
    return List.copyOf(urls);
  }

  private static String parseUser(String text) {
    if (text.isEmpty() || text.indexOf(':') >= 0) {
      throw new IllegalArgumentException("no user");
    }
    return text;
  }
}
