// Certificates: the writer's bytes are read back, and each field is where it
// belongs.
#include "pki/x509/certificate.h"

#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"
#include "pki/der/reader.h"
#include "pki/der/tag.h"
#include "pki/der/writer.h"
#include "pki/testing/status_matchers.h"
#include "pki/x509/name.h"
#include "pki/x509/signed.h"

namespace pki {
namespace {

constexpr uint8_t kAlgorithm[] = {0x30, 0x03, 0x06, 0x01, 0x2a};
constexpr uint8_t kOtherAlgorithm[] = {0x30, 0x03, 0x06, 0x01, 0x2b};
constexpr uint8_t kKey[] = {0x30, 0x02, 0x05, 0x00};
constexpr uint8_t kSerial[] = {0x00, 0x80, 0x01};

class CertificateTest : public testing::Test {
 protected:
  CertificateTest() {
    parts_.serial = kSerial;
    parts_.signature_algorithm = kAlgorithm;
    parts_.issuer = View(issuer_);
    parts_.not_before = absl::FromUnixSeconds(1'000'000'000);
    parts_.not_after = absl::FromUnixSeconds(4'000'000'000);
    parts_.subject = View(subject_);
    parts_.spki = kKey;
    parts_.extensions = extensions_;
  }

  const Bytes issuer_ =
      EncodeName({{oid::kCommonName, der::kUtf8String, "issuer"}});
  const Bytes subject_ =
      EncodeName({{oid::kCommonName, der::kUtf8String, "subject"}});
  const Bytes extension_ = EncodeExtension(oid::kKeyUsage, true, View("x"));
  const ByteView extensions_[1] = {View(extension_)};
  TbsParts parts_;
};

TEST_F(CertificateTest, ReadsWhatItWrites) {
  const Bytes tbs = EncodeTbsCertificate(parts_);
  const Bytes der = EncodeSigned(View(tbs), kAlgorithm, View("signature"));
  const auto certificate = Certificate::Parse(View(der), "Field");
  ASSERT_THAT(certificate, IsOk());
  EXPECT_EQ(certificate->der(), View(der));
  EXPECT_EQ(certificate->tbs_der(), View(tbs));
  EXPECT_EQ(Text(certificate->signature()), "signature");
  EXPECT_EQ(certificate->tbs().version, 2u);
  EXPECT_EQ(Hex(certificate->tbs().serial), "008001");
  EXPECT_EQ(certificate->tbs().issuer, View(issuer_));
  EXPECT_EQ(certificate->tbs().subject, View(subject_));
  EXPECT_EQ(certificate->tbs().not_before, parts_.not_before);
  EXPECT_EQ(certificate->tbs().not_before_tag, der::kUtcTime);
  EXPECT_EQ(certificate->tbs().not_after, parts_.not_after);
  EXPECT_EQ(certificate->tbs().not_after_tag, der::kGeneralizedTime);
  EXPECT_EQ(certificate->tbs().spki, ByteView(kKey));
  EXPECT_FALSE(certificate->tbs().has_unique_ids);
  EXPECT_EQ(certificate->Find(oid::kKeyUsage)->der, View(extension_));
  EXPECT_EQ(certificate->Find(oid::kSubjectAltName), nullptr);
}

TEST_F(CertificateTest, CopiesKeepTheBytesAlive) {
  const Bytes tbs = EncodeTbsCertificate(parts_);
  std::optional<Certificate> copy;
  {
    const auto original = Certificate::Parse(
        View(EncodeSigned(View(tbs), kAlgorithm, View("s"))), "Field");
    ASSERT_THAT(original, IsOk());
    copy = *original;
  }
  EXPECT_EQ(copy->tbs_der(), View(tbs));
}

TEST_F(CertificateTest, RefusesTwoAlgorithms) {
  const Bytes der = EncodeSigned(View(EncodeTbsCertificate(parts_)),
                                 kOtherAlgorithm, View("s"));
  EXPECT_THAT(
      Certificate::Parse(View(der), "Field"),
      IsRefusal(v1::REASON_CERTIFICATE_ALGORITHMS, "Field.signatureAlgorithm"));
}

TEST_F(CertificateTest, RefusesWhatIsNotACertificate) {
  const Bytes tbs = EncodeTbsCertificate(parts_);
  const Bytes der = EncodeSigned(View(tbs), kAlgorithm, View("s"));
  EXPECT_THAT(Certificate::Parse(View(der + "x"), "Field"),
              IsRefusal(v1::REASON_CERTIFICATE_DER, "Field"));
  EXPECT_THAT(Certificate::Parse(View(""), "Field"),
              IsRefusal(v1::REASON_CERTIFICATE_DER, "Field"));
  const Bytes not_tbs = EncodeSigned(kKey, kAlgorithm, View("s"));
  EXPECT_THAT(Certificate::Parse(View(not_tbs), "Field"),
              IsRefusal(v1::REASON_CERTIFICATE_DER, "Field.tbsCertificate"));
}

// Unique identifiers are IMPLICIT BIT STRINGs in front of the extensions.
TEST_F(CertificateTest, ReadsUniqueIds) {
  const auto with = [this](const Bytes& ids) {
    const Bytes tbs = EncodeTbsCertificate(parts_);
    der::Reader outer(View(tbs));
    der::Reader fields;
    EXPECT_TRUE(outer.Read(der::kSequence, &fields));
    const absl::string_view all = Text(fields.rest());
    const size_t extensions = View(extension_).size() + 4;
    der::Writer writer;
    writer.AddText(der::kSequence,
                   absl::StrCat(all.substr(0, all.size() - extensions), ids,
                                all.substr(all.size() - extensions)));
    return ParseTbsCertificate(View(writer.Finish()));
  };
  EXPECT_FALSE(with("")->has_unique_ids);
  for (const char* good : {"8102005a", "8202005a", "81010082020450"}) {
    const auto tbs = with(absl::HexStringToBytes(good));
    ASSERT_TRUE(tbs.has_value()) << good;
    EXPECT_TRUE(tbs->has_unique_ids) << good;
    EXPECT_EQ(tbs->extensions.size(), 1u) << good;
  }
  for (const char* bad : {"8100", "8200", "8102015b", "82020800", "a103020100",
                          "820100810100", "810100810100"}) {
    EXPECT_FALSE(with(absl::HexStringToBytes(bad)).has_value()) << bad;
  }
}

TEST_F(CertificateTest, EveryCutIsRefused) {
  const Bytes tbs = EncodeTbsCertificate(parts_);
  for (size_t size = 0; size < tbs.size(); ++size) {
    EXPECT_FALSE(ParseTbsCertificate(View(tbs).first(size)).has_value());
  }
}

}  // namespace
}  // namespace pki
