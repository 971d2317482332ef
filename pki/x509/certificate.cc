// Reading and writing of certificates.
#include "pki/x509/certificate.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "pki/base/status.h"
#include "pki/der/time.h"
#include "pki/der/writer.h"
#include "pki/x509/signed.h"

namespace pki {
namespace {

constexpr der::Tag kVersion = der::ContextConstructed(0);
constexpr der::Tag kIssuerUniqueId = der::Context(1);
constexpr der::Tag kSubjectUniqueId = der::Context(2);
constexpr der::Tag kExtensions = der::ContextConstructed(3);

// True also where the next element has another tag. What is read sets
// `has_unique_ids`.
bool ReadUniqueId(der::Reader* fields, der::Tag tag, TbsCertificate* tbs) {
  if (!fields->NextIs(tag)) return true;
  tbs->has_unique_ids = true;
  ByteView bits;
  int unused_bits = 0;
  return fields->ReadBitString(&bits, &unused_bits, tag);
}

}  // namespace

std::optional<TbsCertificate> ParseTbsCertificate(ByteView der) {
  TbsCertificate tbs;
  der::Reader outer(der);
  der::Reader fields;
  der::Reader validity;
  if (!outer.Read(der::kSequence, &fields) || !outer.empty()) {
    return std::nullopt;
  }
  if (fields.NextIs(kVersion)) {
    der::Reader version;
    // DER leaves the default, v1, out.
    if (!fields.Read(kVersion, &version) || !version.ReadUint64(&tbs.version) ||
        !version.empty() || tbs.version == 0) {
      return std::nullopt;
    }
  }
  if (!fields.ReadInteger(&tbs.serial) ||
      !fields.ReadElement(der::kSequence, &tbs.signature_algorithm) ||
      !fields.ReadElement(der::kSequence, &tbs.issuer) ||
      !fields.Read(der::kSequence, &validity) ||
      !validity.ReadTime(&tbs.not_before, &tbs.not_before_tag) ||
      !validity.ReadTime(&tbs.not_after, &tbs.not_after_tag) ||
      !validity.empty() || !fields.ReadElement(der::kSequence, &tbs.subject) ||
      !fields.ReadElement(der::kSequence, &tbs.spki)) {
    return std::nullopt;
  }
  if (!ReadUniqueId(&fields, kIssuerUniqueId, &tbs) ||
      !ReadUniqueId(&fields, kSubjectUniqueId, &tbs)) {
    return std::nullopt;
  }
  if (fields.NextIs(kExtensions)) {
    ByteView list;
    if (!fields.Read(kExtensions, &list)) return std::nullopt;
    auto extensions = ParseExtensions(list);
    if (!extensions.has_value()) return std::nullopt;
    tbs.extensions = *std::move(extensions);
  }
  if (!fields.empty()) return std::nullopt;
  return tbs;
}

std::string SerialWithColons(ByteView serial) {
  // The octet that keeps a positive INTEGER positive is not part of the number.
  if (serial.size() > 1 && serial[0] == 0) serial.remove_prefix(1);
  return absl::StrJoin(serial, ":", [](std::string* out, uint8_t octet) {
    absl::StrAppend(out, absl::Hex(octet, absl::kZeroPad2));
  });
}

absl::StatusOr<Certificate> Certificate::Parse(ByteView der,
                                               absl::string_view field) {
  Certificate certificate;
  certificate.der_ = std::make_shared<const Bytes>(Copy(der));
  const auto parts = ReadSigned(View(*certificate.der_));
  if (!parts.has_value()) {
    return Refuse(v1::REASON_CERTIFICATE_DER, field,
                  "This is not one certificate in DER.");
  }
  certificate.tbs_der_ = parts->to_be_signed;
  certificate.signature_ = parts->signature;
  auto tbs = ParseTbsCertificate(certificate.tbs_der_);
  if (!tbs.has_value()) {
    return Refuse(v1::REASON_CERTIFICATE_DER,
                  absl::StrCat(field, ".tbsCertificate"),
                  "This is not a TBSCertificate in DER.");
  }
  certificate.tbs_ = *std::move(tbs);
  if (certificate.tbs_.signature_algorithm != parts->algorithm) {
    return Refuse(v1::REASON_CERTIFICATE_ALGORITHMS,
                  absl::StrCat(field, ".signatureAlgorithm"),
                  "The certificate names two different signature algorithms.");
  }
  return certificate;
}

Bytes EncodeTbsCertificate(const TbsParts& parts) {
  der::Writer writer(1024);
  writer.Add(der::kSequence, [&](der::Writer& tbs) {
    tbs.Add(kVersion, [](der::Writer& version) { version.AddUint64(2); });
    tbs.AddUnsigned(parts.serial);
    tbs.AddRaw(parts.signature_algorithm);
    tbs.AddRaw(parts.issuer);
    tbs.Add(der::kSequence, [&](der::Writer& validity) {
      validity.AddRaw(View(der::EncodeTime(parts.not_before)));
      validity.AddRaw(View(der::EncodeTime(parts.not_after)));
    });
    tbs.AddRaw(parts.subject);
    tbs.AddRaw(parts.spki);
    if (parts.extensions.empty()) return;
    tbs.Add(kExtensions, [&](der::Writer& outer) {
      outer.Add(der::kSequence, [&](der::Writer& list) {
        for (const ByteView extension : parts.extensions) {
          list.AddRaw(extension);
        }
      });
    });
  });
  return writer.Finish();
}

}  // namespace pki
