// Checks certificates against a root with Java's own revocation checker, which
// asks an OCSP responder.
//
// Usage: java OcspClient.java ROOT.pem URL CHAIN.pem...
// With a URL of "-" it asks where each certificate says. A chain begins with the
// leaf. Prints for each chain "good", or the reason of the refusal.
import java.io.FileInputStream;
import java.net.URI;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
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
    X509Certificate root = (X509Certificate) read(args[0]).get(0);
    for (int i = 2; i < args.length; ++i) {
      System.out.println(check(root, args[1], read(args[i])));
    }
  }

  private static List<Certificate> read(String path) throws Exception {
    try (FileInputStream file = new FileInputStream(path)) {
      return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(file));
    }
  }

  private static String check(X509Certificate root, String responder, List<Certificate> chain)
      throws Exception {
    CertPathValidator validator = CertPathValidator.getInstance("PKIX");
    PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
    if (!responder.equals("-")) checker.setOcspResponder(new URI(responder));
    // No CRL in its place.
    checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK));
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
    parameters.addCertPathChecker(checker);
    try {
      validator.validate(
          CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
      return "good";
    } catch (CertPathValidatorException e) {
      return e.getReason().toString();
    }
  }
}
