// Validates chains by PKIX with the CRLs or the OCSP responses that it is given,
// and prints what came of each: "good", or the reason for which it was refused.
//
// Arguments: the root and the chain from the leaf on, one PEM file each, then
// "--", then the CRLs, in DER; or, in their place, another "--" and an OCSP
// response for each certificate of the chain. "---" begins the next chain.
import java.io.FileInputStream;
import java.io.InputStream;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.CRL;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

public class CheckRevocation {
  public static void main(String[] arguments) throws Exception {
    List<String> paths = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.equals("---")) {
        System.out.println(check(paths));
        paths.clear();
      } else {
        paths.add(argument);
      }
    }
    System.out.println(check(paths));
  }

  private static String check(List<String> paths) throws Exception {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    List<CRL> crls = new ArrayList<>();
    List<byte[]> responses = new ArrayList<>();
    int part = 0;
    for (String path : paths) {
      if (path.equals("--")) {
        ++part;
        continue;
      }
      try (InputStream file = new FileInputStream(path)) {
        switch (part) {
          case 0:
            certificates.add((X509Certificate) factory.generateCertificate(file));
            break;
          case 1:
            crls.add(factory.generateCRL(file));
            break;
          default:
            responses.add(file.readAllBytes());
        }
      }
    }
    X509Certificate root = certificates.remove(0);
    Map<X509Certificate, byte[]> answers = new HashMap<>();
    for (int i = 0; i < responses.size(); ++i) {
      answers.put(certificates.get(i), responses.get(i));
    }
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(root, null)));
    parameters.addCertStore(CertStore.getInstance(
        "Collection", new CollectionCertStoreParameters(crls)));
    CertPathValidator validator = CertPathValidator.getInstance("PKIX");
    PKIXRevocationChecker checker =
        (PKIXRevocationChecker) validator.getRevocationChecker();
    Set<PKIXRevocationChecker.Option> options =
        EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK);
    if (answers.isEmpty()) {
      options.add(PKIXRevocationChecker.Option.PREFER_CRLS);
    }
    checker.setOptions(options);
    checker.setOcspResponses(answers);
    parameters.addCertPathChecker(checker);
    try {
      validator.validate(factory.generateCertPath(certificates), parameters);
      return "good";
    } catch (CertPathValidatorException refused) {
      return refused.getReason().toString();
    }
  }
}
