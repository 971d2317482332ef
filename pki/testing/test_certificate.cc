// Certificates for tests.
#include "pki/testing/test_certificate.h"

#include "pki/crypto/signature_algorithm.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/certificate.h"
#include "pki/x509/signed.h"

namespace pki {

Bytes SignTestCertificate(const TestCertificate& certificate,
                          const PrivateKey& signer) {
  const SignatureAlgorithm algorithm = Sha256AlgorithmOf(signer);
  const ByteView identifier = certificate.algorithm.empty()
                                  ? InfoOf(algorithm).identifier
                                  : View(certificate.algorithm);
  std::vector<ByteView> extensions;
  for (const Bytes& der : certificate.extensions) {
    extensions.push_back(View(der));
  }
  TbsParts parts;
  parts.serial = View(certificate.serial);
  parts.signature_algorithm = identifier;
  parts.issuer = View(certificate.issuer);
  parts.not_before = certificate.not_before;
  parts.not_after = certificate.not_after;
  parts.subject = View(certificate.subject);
  parts.spki = View(certificate.spki);
  parts.extensions = extensions;
  Bytes tbs = EncodeTbsCertificate(parts);
  if (certificate.edit_tbs != nullptr) certificate.edit_tbs(&tbs);
  return EncodeSigned(View(tbs), identifier,
                      View(signer.Sign(algorithm, View(tbs)).value()));
}

}  // namespace pki
