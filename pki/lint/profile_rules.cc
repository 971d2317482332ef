// The rules of profiles and their table.
#include "pki/lint/profile_rules.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pki/crypto/signature_algorithm.h"
#include "pki/crypto/spki.h"
#include "pki/der/reader.h"
#include "pki/der/time.h"
#include "pki/x509/general_name.h"

namespace pki {
namespace {

// ---- Matter Core Specification, section 6.2.2 -----------------------------

// The vendor and the product id as attributes: 1.3.6.1.4.1.37244.2.1 and .2.
constexpr uint8_t kVendorIdOctets[] = {0x2b, 0x06, 0x01, 0x04, 0x01,
                                       0x82, 0xa2, 0x7c, 0x02, 0x01};
constexpr ByteView kVendorId(kVendorIdOctets);
constexpr uint8_t kProductIdOctets[] = {0x2b, 0x06, 0x01, 0x04, 0x01,
                                        0x82, 0xa2, 0x7c, 0x02, 0x02};
constexpr ByteView kProductId(kProductIdOctets);

// The AlgorithmIdentifier of a key on P-256 (RFC 5480 section 2.1.1.1).
constexpr uint8_t kP256KeyOctets[] = {0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                      0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
                                      0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
constexpr ByteView kP256Key(kP256KeyOctets);

constexpr size_t kIdSize = 4;

// A 16-bit number in upper-case hexadecimal.
bool IsId(absl::string_view text) {
  return text.size() == kIdSize &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
         });
}

// The ids that a name carries, as they are written.
struct MatterIds {
  std::vector<std::string> vendors;
  std::vector<std::string> products;
};

// Adds the first id that stands behind `prefix`; where there is none, what
// stands there in its place.
void AddBehind(absl::string_view prefix, absl::string_view text,
               std::vector<std::string>* ids) {
  std::optional<absl::string_view> found;
  for (size_t at = text.find(prefix); at != absl::string_view::npos;
       at = text.find(prefix, at + 1)) {
    const absl::string_view id = text.substr(at + prefix.size(), kIdSize);
    if (!found.has_value() || IsId(id)) found = id;
    if (IsId(id)) break;
  }
  if (found.has_value()) ids->emplace_back(*found);
}

// Section 6.2.2.2: attributes of their own, or, where a name has none of those,
// in its commonName behind "Mvid:" and "Mpid:".
MatterIds IdsOf(const AttributeList& name) {
  MatterIds ids;
  for (const Attribute& attribute : name) {
    if (attribute.type == kVendorId) {
      ids.vendors.push_back(AttributeText(attribute).value_or(""));
    } else if (attribute.type == kProductId) {
      ids.products.push_back(AttributeText(attribute).value_or(""));
    }
  }
  for (const Attribute& attribute : name) {
    if (!ids.vendors.empty() || !ids.products.empty()) break;
    if (attribute.type != oid::kCommonName) continue;
    const std::string text = AttributeText(attribute).value_or("");
    AddBehind("Mvid:", text, &ids.vendors);
    AddBehind("Mpid:", text, &ids.products);
  }
  return ids;
}

// A subject or issuer that is no Name is RFC 5280's to object to.
MatterIds SubjectIds(const Facts& facts) {
  return facts.subject.has_value() ? IdsOf(*facts.subject) : MatterIds();
}
MatterIds IssuerIds(const Facts& facts) {
  const auto issuer = ParseName(facts.tbs.issuer);
  return issuer.has_value() ? IdsOf(*issuer) : MatterIds();
}

Outcome CheckMatterSignature(const Facts& facts) {
  if (SignatureAlgorithmFromDer(facts.tbs.signature_algorithm) ==
      SignatureAlgorithm::kEcdsaSha256) {
    return std::nullopt;
  }
  return Violation{"signature",
                   "The signature algorithm is not ecdsa-with-SHA256."};
}

Outcome CheckMatterKey(const Facts& facts) {
  const auto spki = ParseSpki(facts.tbs.spki, "");
  if (spki.ok() && spki->algorithm == kP256Key) return std::nullopt;
  return Violation{"subjectPublicKeyInfo", "The key is not one on P-256."};
}

bool IsCriticalBasicConstraints(const Facts& facts, bool ca) {
  const auto& constraints = facts.basic_constraints;
  return constraints.value.has_value() && constraints.extension->critical &&
         constraints.value->ca == ca;
}

Outcome CheckPaaBasicConstraints(const Facts& facts) {
  if (IsCriticalBasicConstraints(facts, true) &&
      facts.basic_constraints.value->path_length.value_or(1) == 1) {
    return std::nullopt;
  }
  return AtExtension(oid::kBasicConstraints,
                     "basicConstraints is not critical with cA and, if any, "
                     "the path length 1.");
}

Outcome CheckPaiBasicConstraints(const Facts& facts) {
  if (IsCriticalBasicConstraints(facts, true) &&
      facts.basic_constraints.value->path_length == 0) {
    return std::nullopt;
  }
  return AtExtension(oid::kBasicConstraints,
                     "basicConstraints is not critical with cA and the path "
                     "length 0.");
}

Outcome CheckDacBasicConstraints(const Facts& facts) {
  if (IsCriticalBasicConstraints(facts, false)) return std::nullopt;
  return AtExtension(oid::kBasicConstraints,
                     "There is no critical basicConstraints without cA.");
}

// Whether there is a critical keyUsage with all of `needed`, and nothing else
// but what is `allowed`.
bool IsCriticalKeyUsage(const Facts& facts, uint16_t needed, uint16_t allowed) {
  const auto& usage = facts.key_usage;
  return usage.value.has_value() && usage.extension->critical &&
         (*usage.value & needed) == needed &&
         (*usage.value & ~(needed | allowed)) == 0;
}

Outcome CheckMatterCaKeyUsage(const Facts& facts) {
  if (IsCriticalKeyUsage(facts, kKeyCertSign | kCrlSign, kDigitalSignature)) {
    return std::nullopt;
  }
  return AtExtension(oid::kKeyUsage,
                     "keyUsage is not critical with keyCertSign, cRLSign and "
                     "at most digitalSignature.");
}

Outcome CheckDacKeyUsage(const Facts& facts) {
  if (IsCriticalKeyUsage(facts, kDigitalSignature, 0)) return std::nullopt;
  return AtExtension(oid::kKeyUsage,
                     "keyUsage is not critical with digitalSignature alone.");
}

// RFC 5280 lets those that are issued by their own name go without.
Outcome CheckHasAuthorityKey(const Facts& facts) {
  if (facts.authority_key.extension != nullptr) return std::nullopt;
  return AtExtension(oid::kAuthorityKeyIdentifier,
                     "The certificate has no authorityKeyIdentifier.");
}

Outcome CheckMatterIdText(const Facts& facts) {
  const MatterIds ids = SubjectIds(facts);
  const auto check = [](const std::vector<std::string>& list, ByteView type) {
    return std::all_of(list.begin(), list.end(), IsId)
               ? Outcome()
               : AtAttribute(type,
                             "The id is not four upper-case hexadecimal "
                             "digits.");
  };
  if (Outcome vendor = check(ids.vendors, kVendorId); vendor.has_value()) {
    return vendor;
  }
  return check(ids.products, kProductId);
}

Outcome CheckVendorId(const Facts& facts) {
  if (SubjectIds(facts).vendors.size() == 1) return std::nullopt;
  return AtAttribute(kVendorId, "The subject has not one vendor id.");
}

Outcome CheckPaaVendorId(const Facts& facts) {
  if (SubjectIds(facts).vendors.size() <= 1) return std::nullopt;
  return AtAttribute(kVendorId, "The subject has more than one vendor id.");
}

Outcome CheckDacProductId(const Facts& facts) {
  if (SubjectIds(facts).products.size() == 1) return std::nullopt;
  return AtAttribute(kProductId, "The subject has not one product id.");
}

Outcome CheckPaiProductId(const Facts& facts) {
  if (SubjectIds(facts).products.size() <= 1) return std::nullopt;
  return AtAttribute(kProductId, "The subject has more than one product id.");
}

Outcome CheckPaaProductId(const Facts& facts) {
  if (SubjectIds(facts).products.empty()) return std::nullopt;
  return AtAttribute(kProductId, "The subject has a product id.");
}

// Whether the subject's id is other than the issuer's. How many there are is
// for other rules.
bool Contradicts(const std::vector<std::string>& subject,
                 const std::vector<std::string>& issuer) {
  return subject.size() == 1 && issuer.size() == 1 && subject != issuer;
}

Outcome CheckIssuerVendorId(const Facts& facts) {
  if (!Contradicts(SubjectIds(facts).vendors, IssuerIds(facts).vendors)) {
    return std::nullopt;
  }
  return AtAttribute(kVendorId, "The vendor id is not that of the issuer.");
}

Outcome CheckIssuerProductId(const Facts& facts) {
  if (!Contradicts(SubjectIds(facts).products, IssuerIds(facts).products)) {
    return std::nullopt;
  }
  return AtAttribute(kProductId, "The product id is not that of the issuer.");
}

Outcome CheckDacIssuer(const Facts& facts) {
  if (IssuerIds(facts).vendors.size() == 1) return std::nullopt;
  return Violation{"issuer", "The issuer has not one vendor id."};
}

Outcome CheckPaaIssuer(const Facts& facts) {
  if (facts.tbs.issuer == facts.tbs.subject) return std::nullopt;
  return Violation{"issuer", "The issuer is not the subject itself."};
}

// ---- IEEE 802.1AR-2018, clause 8 ------------------------------------------

// hardwareModuleName: 1.3.6.1.5.5.7.8.4.
constexpr uint8_t kHardwareModuleNameOctets[] = {0x2b, 0x06, 0x01, 0x05,
                                                 0x05, 0x07, 0x08, 0x04};
constexpr ByteView kHardwareModuleName(kHardwareModuleNameOctets);

// The values of the hardwareModuleNames among the alternative names.
std::vector<ByteView> HardwareModuleNames(const Facts& facts) {
  std::vector<ByteView> values;
  if (facts.subject_alt_name == nullptr) return values;
  const auto names = ParseGeneralNames(facts.subject_alt_name->value);
  if (!names.has_value()) return values;
  for (const GeneralName& name : *names) {
    if (name.form == GeneralNameForm::kOtherName &&
        name.type_id == kHardwareModuleName) {
      values.push_back(name.value);
    }
  }
  return values;
}

// SEQUENCE { hwType OBJECT IDENTIFIER, hwSerialNum OCTET STRING }.
bool IsHardwareModuleName(ByteView value) {
  der::Reader outer(value);
  der::Reader fields;
  ByteView type;
  ByteView serial;
  return outer.Read(der::kSequence, &fields) && outer.empty() &&
         fields.ReadOid(&type) && fields.Read(der::kOctetString, &serial) &&
         fields.empty();
}

Outcome CheckIdevidIsNoCa(const Facts& facts) {
  if (!facts.is_ca) return std::nullopt;
  return AtExtension(oid::kBasicConstraints, "A device's identity is no CA.");
}

Outcome CheckIdevidHardwareModuleName(const Facts& facts) {
  const std::vector<ByteView> values = HardwareModuleNames(facts);
  if (std::all_of(values.begin(), values.end(), IsHardwareModuleName)) {
    return std::nullopt;
  }
  return AtExtension(oid::kSubjectAltName,
                     "A hardwareModuleName is not a type and a serial number.");
}

Outcome CheckIdevidSubjectAltName(const Facts& facts) {
  if (facts.subject_alt_name == nullptr ||
      !HardwareModuleNames(facts).empty()) {
    return std::nullopt;
  }
  return AtExtension(oid::kSubjectAltName,
                     "subjectAltName has no hardwareModuleName.");
}

Outcome CheckIdevidSerialNumber(const Facts& facts) {
  if (!facts.subject.has_value() ||
      std::any_of(facts.subject->begin(), facts.subject->end(),
                  [](const Attribute& attribute) {
                    return attribute.type == oid::kSerialNumber;
                  })) {
    return std::nullopt;
  }
  return AtAttribute(oid::kSerialNumber, "The subject has no serialNumber.");
}

Outcome CheckIdevidExpiry(const Facts& facts) {
  if (facts.tbs.not_after == der::LastTime()) return std::nullopt;
  return Violation{"validity.notAfter",
                   "The certificate expires before 9999-12-31 23:59:59."};
}

Outcome CheckIdevidKeyUsage(const Facts& facts) {
  if (facts.key_usage.extension != nullptr) return std::nullopt;
  return AtExtension(oid::kKeyUsage, "The certificate has no keyUsage.");
}

constexpr ProfileSet kPaa = SetOf(v1::LINT_PROFILE_MATTER_PAA);
constexpr ProfileSet kPai = SetOf(v1::LINT_PROFILE_MATTER_PAI);
constexpr ProfileSet kDac = SetOf(v1::LINT_PROFILE_MATTER_DAC);
constexpr ProfileSet kIdevid = SetOf(v1::LINT_PROFILE_IEEE_802_1AR_IDEVID);

constexpr Rule kProfileRules[] = {
    {v1::REASON_LINT_MATTER_SIGNATURE, Severity::kError, CheckMatterSignature,
     kPaa | kPai | kDac},
    {v1::REASON_LINT_MATTER_KEY, Severity::kError, CheckMatterKey,
     kPaa | kPai | kDac},
    {v1::REASON_LINT_MATTER_PAA_BASIC_CONSTRAINTS, Severity::kError,
     CheckPaaBasicConstraints, kPaa},
    {v1::REASON_LINT_MATTER_PAI_BASIC_CONSTRAINTS, Severity::kError,
     CheckPaiBasicConstraints, kPai},
    {v1::REASON_LINT_MATTER_DAC_BASIC_CONSTRAINTS, Severity::kError,
     CheckDacBasicConstraints, kDac},
    {v1::REASON_LINT_MATTER_CA_KEY_USAGE, Severity::kError,
     CheckMatterCaKeyUsage, kPaa | kPai},
    {v1::REASON_LINT_MATTER_DAC_KEY_USAGE, Severity::kError, CheckDacKeyUsage,
     kDac},
    {v1::REASON_LINT_MATTER_AUTHORITY_KEY_IDENTIFIER, Severity::kError,
     CheckHasAuthorityKey, kPai | kDac},
    {v1::REASON_LINT_MATTER_ID_TEXT, Severity::kError, CheckMatterIdText,
     kPaa | kPai | kDac},
    {v1::REASON_LINT_MATTER_VENDOR_ID, Severity::kError, CheckVendorId,
     kPai | kDac},
    {v1::REASON_LINT_MATTER_PAA_VENDOR_ID, Severity::kError, CheckPaaVendorId,
     kPaa},
    {v1::REASON_LINT_MATTER_DAC_PRODUCT_ID, Severity::kError, CheckDacProductId,
     kDac},
    {v1::REASON_LINT_MATTER_PAI_PRODUCT_ID, Severity::kError, CheckPaiProductId,
     kPai},
    {v1::REASON_LINT_MATTER_PAA_PRODUCT_ID, Severity::kError, CheckPaaProductId,
     kPaa},
    {v1::REASON_LINT_MATTER_ISSUER_VENDOR_ID, Severity::kError,
     CheckIssuerVendorId, kPai | kDac},
    {v1::REASON_LINT_MATTER_ISSUER_PRODUCT_ID, Severity::kError,
     CheckIssuerProductId, kDac},
    {v1::REASON_LINT_MATTER_DAC_ISSUER, Severity::kError, CheckDacIssuer, kDac},
    {v1::REASON_LINT_MATTER_PAA_ISSUER, Severity::kError, CheckPaaIssuer, kPaa},

    {v1::REASON_LINT_IDEVID_CA, Severity::kError, CheckIdevidIsNoCa, kIdevid},
    {v1::REASON_LINT_IDEVID_AUTHORITY_KEY_IDENTIFIER, Severity::kError,
     CheckHasAuthorityKey, kIdevid},
    {v1::REASON_LINT_IDEVID_HARDWARE_MODULE_NAME, Severity::kError,
     CheckIdevidHardwareModuleName, kIdevid},
    {v1::REASON_LINT_IDEVID_SUBJECT_ALT_NAME, Severity::kWarning,
     CheckIdevidSubjectAltName, kIdevid},
    {v1::REASON_LINT_IDEVID_SERIAL_NUMBER, Severity::kWarning,
     CheckIdevidSerialNumber, kIdevid},
    {v1::REASON_LINT_IDEVID_EXPIRY, Severity::kWarning, CheckIdevidExpiry,
     kIdevid},
    {v1::REASON_LINT_IDEVID_KEY_USAGE, Severity::kWarning, CheckIdevidKeyUsage,
     kIdevid},
};

}  // namespace

absl::Span<const Rule> ProfileRules() { return kProfileRules; }

}  // namespace pki
