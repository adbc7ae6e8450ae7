package bindery.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows the certificate that is in force, whichever authorities the other end names: it is better
 * refused by its own name than not shown.
 *
 * <p>A handshake that begins with one certificate ends with it: an alias names one, and the one
 * before the last is kept for it. Any thread.
 */
final class LiveKeys extends X509ExtendedKeyManager {
  private record Pair(int count, Identity.Read now, Identity.Read before) {}

  private final LiveTls tls;
  private volatile Pair pair;

  LiveKeys(LiveTls tls, TlsMaterial material) {
    this.tls = tls;
    pair = new Pair(0, material.identity(), material.identity());
  }

  /** From now on handshakes begin with that one. Called by one thread at a time. */
  void use(TlsMaterial next) {
    Pair last = pair;
    pair = new Pair(last.count() + 1, next.identity(), last.now());
  }

  private @Nullable String alias(String... keyTypes) {
    tls.lookIfDue();
    Pair current = pair;
    String algorithm = current.now().key().getAlgorithm();
    boolean isAsked =
        Arrays.stream(keyTypes)
            .anyMatch(type -> type.equals(algorithm) || type.startsWith(algorithm + "_"));
    return isAsked ? String.valueOf(current.count()) : null;
  }

  private Identity.Read of(String alias) {
    Pair current = pair;
    return alias.equals(String.valueOf(current.count())) ? current.now() : current.before();
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyType);
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return getServerAliases(keyType, issuers);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = alias(keyType);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return of(alias).chain().toArray(new X509Certificate[0]);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return of(alias).key();
  }
}
