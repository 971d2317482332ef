// A fixed CSR under every base template.
#include "pki/issue/tbs_snapshot.h"

#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"
#include "pki/der/oid.h"
#include "pki/der/reader.h"
#include "pki/issue/issuer.h"
#include "pki/template/catalogue.h"
#include "pki/testing/test_certificate.h"
#include "pki/testing/test_csr.h"

namespace pki {
namespace {

constexpr absl::string_view kTemplates[] = {
    "CodeSigningCertificate/V1",
    "EndEntityCertificate/V1",
    "EndEntityClientAuthCertificate/V1",
    "EndEntityServerAuthCertificate/V1",
    "OCSPSigningCertificate/V1",
    "RootCACertificate/V1",
    "SubordinateCACertificate_PathLen0/V1",
    "SubordinateCACertificate_PathLen1/V1",
    "SubordinateCACertificate_PathLen2/V1",
    "SubordinateCACertificate_PathLen3/V1",
};

// P-256 keys whose private halves are 1 and 2: the curve's base point, and its
// double.
constexpr char kP256Spki[] =
    "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
constexpr char kSubjectPoint[] =
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
constexpr char kIssuerPoint[] =
    "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
    "07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1";

Bytes Spki(const char* point) {
  return absl::HexStringToBytes(absl::StrCat(kP256Spki, point));
}

absl::Time Utc(absl::CivilSecond time) {
  return absl::FromCivil(time, absl::UTCTimeZone());
}

// Asks for more than any base template gives.
Csr FixedCsr() {
  const Bytes subject = TestName("device");
  const Bytes spki = Spki(kSubjectPoint);
  const std::vector<Bytes> extensions = {
      TestSubjectAltName("device.example.com"),
      EncodeExtension(oid::kBasicConstraints, true,
                      View(EncodeBasicConstraints({true, std::nullopt}))),
      EncodeExtension(oid::kKeyUsage, true,
                      View(EncodeKeyUsage(kDigitalSignature | kCrlSign)))};
  const Bytes info = EncodeCsrInfo({View(subject), View(spki), extensions});
  // Nobody asks here whether the signature is one.
  const Bytes der = EncodeSigned(
      View(info), InfoOf(SignatureAlgorithm::kEcdsaSha256).identifier,
      View("none"));
  return Csr::Parse(View(der)).value();
}

// Cannot sign: a snapshot ends before the signature.
std::shared_ptr<const Issuer> FixedIssuer() {
  TestCertificate own;
  own.subject = own.issuer = TestName("CA");
  own.not_before = Utc(absl::CivilSecond(2026, 1, 1));
  own.not_after = Utc(absl::CivilSecond(2051, 1, 1));
  own.spki = Spki(kIssuerPoint);
  own.extensions = {EncodeExtension(
      oid::kSubjectKeyIdentifier, false,
      View(EncodeSubjectKeyIdentifier(View("key identifier"))))};
  const Bytes der =
      SignTestCertificate(own, NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1));
  IssuerSettings settings;
  settings.certificate = View(der);
  settings.crl_uri = "http://crl.example.com/crl/id.crl";
  settings.ocsp_uri = "http://ocsp.example.com";
  return Issuer::New(settings).value();
}

void Render(der::Reader reader, size_t depth, std::string* text) {
  der::Tag tag = 0;
  ByteView contents;
  while (reader.ReadAny(&tag, &contents)) {
    // The crypto library's tags have class and form on top.
    const auto octet = static_cast<uint8_t>(tag >> 24 | (tag & 0x1f));
    const bool constructed = (octet & 0x20) != 0;
    absl::StrAppend(text, std::string(2 * depth, ' '),
                    absl::Hex(octet, absl::kZeroPad2));
    if (!constructed && !contents.empty()) {
      absl::StrAppend(text, " ", Hex(contents));
    }
    text->push_back('\n');
    if (constructed) Render(der::Reader(contents), depth + 1, text);
  }
}

}  // namespace

Snapshots RenderTbsSnapshots() {
  const Catalogue catalogue = Catalogue::Load(BuiltInCatalogue()).value();
  const Csr csr = FixedCsr();
  const std::shared_ptr<const Issuer> issuer = FixedIssuer();
  // The highest bit is set: DER puts a zero in front.
  const Bytes serial =
      absl::HexStringToBytes("f0e1d2c3b4a5968778695a4b3c2d1e0f");
  Issuance issuance;
  issuance.csr = &csr;
  issuance.algorithm = SignatureAlgorithm::kEcdsaSha256;
  // One on each side of the year in which the encoding changes.
  issuance.not_before = Utc(absl::CivilSecond(2026, 3, 1, 11, 0, 0));
  issuance.not_after = Utc(absl::CivilSecond(2050, 1, 1));
  issuance.serial = View(serial);
  Snapshots snapshots;
  for (const absl::string_view name : kTemplates) {
    issuance.form = &catalogue.templates().find(name)->second;
    const Plan plan = issuer->Prepare(issuance).value();
    std::string& text = snapshots[absl::StrCat(
        absl::StrReplaceAll(name, {{"/", "."}}), ".txt")];
    text = "# Written by //pki/issue:write_tbs_snapshots.\n";
    Render(der::Reader(plan.tbs()), 0, &text);
  }
  return snapshots;
}

}  // namespace pki
