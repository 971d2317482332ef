// Checks certificates against a root with Java's own revocation checker, which
// asks an OCSP responder.
//
// Usage: java OcspClient.java ROOT.pem URL CERTIFICATE.pem...
// Prints for each certificate "good", or the reason of the refusal.
import java.io.FileInputStream;
import java.net.URI;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

public class OcspClient {
  public static void main(String[] args) throws Exception {
    X509Certificate root = read(args[0]);
    for (int i = 2; i < args.length; ++i) {
      System.out.println(check(root, new URI(args[1]), read(args[i])));
    }
  }

  private static X509Certificate read(String path) throws Exception {
    try (FileInputStream file = new FileInputStream(path)) {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509").generateCertificate(file);
    }
  }

  private static String check(X509Certificate root, URI responder, X509Certificate leaf)
      throws Exception {
    CertPathValidator validator = CertPathValidator.getInstance("PKIX");
    PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
    checker.setOcspResponder(responder);
    // No CRL in its place.
    checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK));
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
    parameters.addCertPathChecker(checker);
    try {
      validator.validate(
          CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)), parameters);
      return "good";
    } catch (CertPathValidatorException e) {
      return e.getReason().toString();
    }
  }
}
