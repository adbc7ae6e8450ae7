package bindery.cli.cert;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The authority of one cluster: signs certificates of nodes and clients (RFC 5280), each with a new
 * key on the curve P-256. Its own certificate names the cluster as its organization.
 *
 * <p>Holds its key in memory; one thread.
 */
final class Authority {
  private static final String CURVE = "secp256r1";
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final int NUMBER_BITS = 127;
  private static final Pattern ORGANIZATION = Pattern.compile("(?:^|,)O=([A-Za-z0-9._-]{1,64})");
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");

  private final Signed own;
  private final String cluster;

  private Authority(Signed own, String cluster) {
    this.own = own;
    this.cluster = cluster;
  }

  /** A new one. */
  static Authority create(String cluster, Instant from, Instant until) throws IOException {
    try {
      KeyPair keys = newKeys();
      X500Name name = name("bindery authority of " + cluster, cluster);
      X509v3CertificateBuilder builder = builder(name, name, keys.getPublic(), from, until);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      return new Authority(
          new Signed(sign(builder, keys.getPrivate()), keys.getPrivate()), cluster);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("cannot make an authority: " + e.getMessage(), e);
    }
  }

  /**
   * One that was made before.
   *
   * @throws IOException if its certificate names no cluster, or is none of an authority
   */
  static Authority of(Signed own) throws IOException {
    Matcher named = ORGANIZATION.matcher(own.certificate().getSubjectX500Principal().getName());
    if (own.certificate().getBasicConstraints() < 0 || !named.find()) {
      throw new IOException(
          own
              + " is not the authority of a cluster (expected one that bindery cert ca made, which"
              + " names the cluster as its organization)");
    }
    return new Authority(own, named.group(1));
  }

  /** The certificate and key of its own. */
  Signed own() {
    return own;
  }

  /** The cluster that it is of. */
  String cluster() {
    return cluster;
  }

  /**
   * Signs a certificate for a new key.
   *
   * @param until is put off to no later than the end of the authority's own
   */
  Signed sign(CertificateNames names, Instant from, Instant until) throws IOException {
    try {
      KeyPair keys = newKeys();
      Instant end = own.certificate().getNotAfter().toInstant();
      X509v3CertificateBuilder builder =
          builder(
              X500Name.getInstance(own.certificate().getSubjectX500Principal().getEncoded()),
              name(names.commonName(), cluster),
              keys.getPublic(),
              from,
              until.isBefore(end) ? until : end);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              names.isServer()
                  ? new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                  }
                  : new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth}));
      builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils()
              .createAuthorityKeyIdentifier(own.certificate().getPublicKey()));
      return new Signed(sign(builder, own.key()), keys.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("cannot sign a certificate: " + e.getMessage(), e);
    }
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(CURVE));
    return generator.generateKeyPair();
  }

  private static X500Name name(String commonName, String organization) {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, organization)
        .addRDN(BCStyle.CN, commonName)
        .build();
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant from, Instant until)
      throws GeneralSecurityException, CertIOException {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(NUMBER_BITS, new SecureRandom()).setBit(NUMBER_BITS - 1),
            Date.from(from),
            Date.from(until),
            subject,
            key);
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
    return builder;
  }

  private static GeneralNames alternativeNames(CertificateNames names) {
    List<GeneralName> all = new ArrayList<>();
    for (String host : names.hosts()) {
      int kind = ADDRESS.matcher(host).matches() ? GeneralName.iPAddress : GeneralName.dNSName;
      all.add(new GeneralName(kind, host));
    }
    names
        .uris()
        .forEach(uri -> all.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
    return new GeneralNames(all.toArray(new GeneralName[0]));
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws OperatorCreationException, GeneralSecurityException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
  }
}
