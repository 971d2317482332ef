// Validates a chain by PKIX with the CRLs that it is given, and prints what
// came of it: "good", or the reason for which it was refused.
//
// Arguments: the root and the chain from the leaf on, one PEM file each, then
// "--", then the CRLs, in DER.
import java.io.FileInputStream;
import java.io.InputStream;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.CRL;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

public class CheckRevocation {
  public static void main(String[] paths) throws Exception {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<Certificate> certificates = new ArrayList<>();
    List<CRL> crls = new ArrayList<>();
    boolean behind = false;
    for (String path : paths) {
      if (path.equals("--")) {
        behind = true;
        continue;
      }
      try (InputStream file = new FileInputStream(path)) {
        if (behind) {
          crls.add(factory.generateCRL(file));
        } else {
          certificates.add(factory.generateCertificate(file));
        }
      }
    }
    X509Certificate root = (X509Certificate) certificates.remove(0);
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(root, null)));
    parameters.addCertStore(CertStore.getInstance(
        "Collection", new CollectionCertStoreParameters(crls)));
    CertPathValidator validator = CertPathValidator.getInstance("PKIX");
    PKIXRevocationChecker checker =
        (PKIXRevocationChecker) validator.getRevocationChecker();
    checker.setOptions(
        EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS,
                   PKIXRevocationChecker.Option.NO_FALLBACK));
    parameters.addCertPathChecker(checker);
    try {
      validator.validate(factory.generateCertPath(certificates), parameters);
      System.out.println("good");
    } catch (CertPathValidatorException refused) {
      System.out.println(refused.getReason());
    }
  }
}
