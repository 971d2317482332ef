// Which CertIDs are of a CA.
#include "pki/revoke/ocsp_issuer.h"

#include <gtest/gtest.h>

#include "pki/crypto/spki.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_certificate.h"
#include "pki/testing/test_csr.h"

namespace pki {
namespace {

Bytes CertificateNamed(const PrivateKey& key, absl::string_view name) {
  TestCertificate certificate;
  certificate.issuer = TestName(name);
  certificate.subject = TestName(name);
  certificate.not_after = absl::UnixEpoch() + absl::Hours(1);
  certificate.spki = key.spki();
  return SignTestCertificate(certificate, key);
}

Bytes CertIdFor(CertIdHash hash, absl::string_view name,
                const PrivateKey& key) {
  return EncodeCertId(hash, View(HashBy(hash, View(TestName(name)))),
                      View(HashBy(hash, ParseSpki(View(key.spki()), "")->key)),
                      View("\x05"));
}

TEST(OcspIssuerTest, KnowsItsNamesAndItsKeyByEachHash) {
  const PrivateKey key = NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1);
  const PrivateKey other = NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1);
  const Bytes before = CertificateNamed(key, "before");
  const Bytes now = CertificateNamed(key, "now");
  const auto issuer = OcspIssuer::New({View(before), View(now)});
  ASSERT_THAT(issuer, IsOk());
  for (const CertIdHash hash : CertIdHashes()) {
    const auto knows = [&](absl::string_view name, const PrivateKey& of) {
      const Bytes id = CertIdFor(hash, name, of);
      return issuer->IsIssuerOf(*ParseCertId(View(id)));
    };
    EXPECT_TRUE(knows("before", key));
    EXPECT_TRUE(knows("now", key));
    EXPECT_FALSE(knows("never", key));
    EXPECT_FALSE(knows("now", other));
  }
  EXPECT_EQ(issuer->CertIdOf(View("\x05")),
            CertIdFor(CertIdHash::kSha1, "now", key));
}

TEST(OcspIssuerTest, RefusesWhatIsNoCertificate) {
  EXPECT_THAT(OcspIssuer::New({View("x")}),
              IsRefusal(v1::REASON_CERTIFICATE_DER));
  TestCertificate certificate;
  certificate.issuer = certificate.subject = TestName("CA");
  certificate.spki = Bytes("\x30\x00", 2);
  const Bytes der = SignTestCertificate(
      certificate, NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1));
  EXPECT_THAT(
      OcspIssuer::New({View(der)}),
      IsRefusal(v1::REASON_KEY_MALFORMED, "Issuer.subjectPublicKeyInfo"));
}

}  // namespace
}  // namespace pki
