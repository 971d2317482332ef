// The CA's certificate, and its files.
#include "pki/testing/ocsp_authority.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "pki/base/secret.h"
#include "pki/testing/program.h"
#include "pki/testing/test_certificate.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

// openssl compares with the time of day.
Bytes SelfSigned(const PrivateKey& key, const Bytes& name) {
  TestCertificate certificate;
  certificate.issuer = name;
  certificate.subject = name;
  certificate.not_before = absl::Now() - absl::Hours(1);
  certificate.not_after = absl::Now() + absl::Hours(24);
  certificate.spki = key.spki();
  return SignTestCertificate(certificate, key);
}

}  // namespace

OcspAuthority::OcspAuthority()
    : key(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1)),
      name(TestName("OCSP CA")),
      certificate(SelfSigned(key, name)),
      certificate_file(WriteTestFile(
          "ca.pem", EncodePem(kCertificateLabel, View(certificate)) + "\n")),
      key_file(WriteTestFile(
          "ca.key",
          EncodePem("PRIVATE KEY", key.ToPkcs8().value().Reveal()) + "\n")) {}

}  // namespace pki
