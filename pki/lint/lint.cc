// The rules of RFC 5280, their table, and the two ways to run all rules.
#include "pki/lint/lint.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/base/utf8.h"
#include "pki/crypto/spki.h"
#include "pki/der/oid.h"
#include "pki/der/reader.h"
#include "pki/der/string.h"
#include "pki/der/well_formed.h"
#include "pki/lint/known_extension.h"
#include "pki/lint/profile_rules.h"
#include "pki/lint/rule.h"
#include "pki/x509/attribute_type.h"
#include "pki/x509/certificate.h"
#include "pki/x509/extension.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

Outcome CheckVersion(const Facts& facts) {
  if (facts.tbs.version == 2) return std::nullopt;
  return Violation{"version", "The version is not 3."};
}

Outcome CheckSerial(const Facts& facts) {
  constexpr size_t kMaxOctets = 20;
  const ByteView serial = facts.tbs.serial;
  const bool negative = (serial[0] & 0x80) != 0;
  const bool zero = serial.size() == 1 && serial[0] == 0;
  if (!negative && !zero && serial.size() <= kMaxOctets) return std::nullopt;
  return Violation{"serialNumber",
                   "The serial number is not a positive INTEGER of at most 20 "
                   "octets."};
}

Outcome CheckSignatureAlgorithm(const Facts& facts) {
  der::Reader outer(facts.tbs.signature_algorithm);
  der::Reader fields;
  ByteView algorithm;
  if (outer.Read(der::kSequence, &fields) && fields.ReadOid(&algorithm)) {
    return std::nullopt;
  }
  return Violation{"signature", "The signature algorithm has no OID."};
}

Outcome CheckValidityOrder(const Facts& facts) {
  if (facts.tbs.not_before <= facts.tbs.not_after) return std::nullopt;
  return Violation{"validity", "The certificate ends before it begins."};
}

Outcome CheckTimeEncoding(const Facts& facts) {
  static const absl::Time kFirstOfGeneralizedTime =
      absl::FromUnixSeconds(2524608000);  // 2050-01-01 00:00:00 UTC
  const auto is_right = [](absl::Time time, der::Tag tag) {
    return tag == (time < kFirstOfGeneralizedTime ? der::kUtcTime
                                                  : der::kGeneralizedTime);
  };
  if (!is_right(facts.tbs.not_before, facts.tbs.not_before_tag)) {
    return Violation{"validity.notBefore", "The time has the wrong type."};
  }
  if (!is_right(facts.tbs.not_after, facts.tbs.not_after_tag)) {
    return Violation{"validity.notAfter", "The time has the wrong type."};
  }
  return std::nullopt;
}

Outcome CheckUniqueIds(const Facts& facts) {
  if (!facts.tbs.has_unique_ids) return std::nullopt;
  return Violation{"", "The certificate holds a unique identifier."};
}

Outcome CheckExtensionDuplicate(const Facts& facts) {
  const auto twin = DuplicateExtension(facts.tbs.extensions);
  if (!twin.has_value()) return std::nullopt;
  return AtExtension(*twin, "The extension stands twice.");
}

Outcome CheckIssuer(const Facts& facts) {
  if (IsName(facts.tbs.issuer) && !IsEmptyName(facts.tbs.issuer)) {
    return std::nullopt;
  }
  return Violation{"issuer", "The issuer is empty or not a Name."};
}

Outcome CheckSubject(const Facts& facts) {
  if (facts.subject.has_value()) return std::nullopt;
  return Violation{"subject", "The subject is not a Name."};
}

Outcome CheckCaSubjectEmpty(const Facts& facts) {
  if (!facts.is_ca || facts.has_subject) return std::nullopt;
  return Violation{"subject",
                   "The subject of a CA's certificate is empty: its "
                   "certificates would have no issuer."};
}

Outcome CheckSubjectAbsent(const Facts& facts) {
  if (facts.has_subject || facts.subject_alt_name != nullptr) {
    return std::nullopt;
  }
  return Violation{"subject",
                   "The certificate has neither a subject nor a "
                   "subjectAltName."};
}

Outcome CheckAttributeType(const Facts& facts) {
  if (!facts.subject.has_value()) return std::nullopt;
  for (const Attribute& attribute : *facts.subject) {
    const AttributeType* type = FindAttributeType(attribute.type);
    if (type == nullptr || attribute.tag == type->tag) continue;
    const bool any_string = type->tag == der::kUtf8String;
    if (any_string && IsDirectoryStringTag(attribute.tag)) continue;
    return AtAttribute(
        attribute.type,
        absl::StrCat("A ", type->name, " is not encoded as ",
                     any_string                     ? "DirectoryString"
                     : type->tag == der::kIa5String ? "IA5String"
                                                    : "PrintableString",
                     "."));
  }
  return std::nullopt;
}

// The number of characters of a string whose alphabet was checked.
size_t CountCharacters(const Attribute& attribute) {
  switch (attribute.tag) {
    case der::kUtf8String:
      return Utf8Length(Text(attribute.value));
    case der::kBmpString:
      return attribute.value.size() / 2;
    case der::kUniversalString:
      return attribute.value.size() / 4;
    default:
      return attribute.value.size();
  }
}

Outcome CheckAttributeLength(const Facts& facts) {
  if (!facts.subject.has_value()) return std::nullopt;
  for (const Attribute& attribute : *facts.subject) {
    const AttributeType* type = FindAttributeType(attribute.type);
    if (type == nullptr) continue;
    const size_t length = CountCharacters(attribute);
    if (type->min_length <= length && length <= type->max_length) continue;
    return AtAttribute(attribute.type,
                       absl::StrCat("A ", type->name, " has ", length,
                                    " characters; from ", type->min_length,
                                    " to ", type->max_length, " are allowed."));
  }
  return std::nullopt;
}

Outcome CheckAttributeControl(const Facts& facts) {
  if (!facts.subject.has_value()) return std::nullopt;
  for (const Attribute& attribute : *facts.subject) {
    if (!HasControl(attribute)) continue;
    return AtAttribute(attribute.type,
                       "The attribute has a NUL or another control character.");
  }
  return std::nullopt;
}

Outcome CheckBasicConstraints(const Facts& facts) {
  const auto& constraints = facts.basic_constraints;
  if (constraints.malformed()) {
    return AtExtension(oid::kBasicConstraints,
                       "basicConstraints is not DER of its type.");
  }
  if (facts.is_ca && !constraints.extension->critical) {
    return AtExtension(oid::kBasicConstraints,
                       "basicConstraints is not critical in a CA.");
  }
  return std::nullopt;
}

Outcome CheckPathLength(const Facts& facts) {
  const auto& constraints = facts.basic_constraints.value;
  if (!constraints.has_value() || !constraints->path_length.has_value() ||
      (constraints->ca && facts.MayUseKeyFor(kKeyCertSign))) {
    return std::nullopt;
  }
  return AtExtension(oid::kBasicConstraints,
                     "A path length stands in the certificate of a key that "
                     "may not sign certificates.");
}

Outcome CheckKeyUsage(const Facts& facts) {
  const auto& usage = facts.key_usage;
  if (usage.malformed() || (usage.extension != nullptr &&
                            !IsMinimalKeyUsage(usage.extension->value))) {
    return AtExtension(oid::kKeyUsage, "keyUsage is not minimal DER.");
  }
  if (!facts.MayUseKeyFor(0xffff)) {
    return AtExtension(oid::kKeyUsage, "keyUsage has no bit.");
  }
  return std::nullopt;
}

Outcome CheckKeyCertSign(const Facts& facts) {
  if (!facts.key_usage.value.has_value()) return std::nullopt;
  const bool signs = (*facts.key_usage.value & kKeyCertSign) != 0;
  if (signs == facts.is_ca) return std::nullopt;
  return AtExtension(
      oid::kKeyUsage,
      signs ? "keyUsage has keyCertSign and the certificate is not a CA's."
            : "keyUsage has no keyCertSign and the certificate is a CA's.");
}

Outcome CheckExtendedKeyUsage(const Facts& facts) {
  if (!facts.purposes.malformed()) return std::nullopt;
  return AtExtension(oid::kExtendedKeyUsage,
                     "extendedKeyUsage is not a list of OIDs in DER.");
}

Outcome CheckSubjectKeyIdentifier(const Facts& facts) {
  if (facts.subject_key.value.has_value() &&
      !facts.subject_key.value->empty()) {
    return std::nullopt;
  }
  return AtExtension(oid::kSubjectKeyIdentifier,
                     "The certificate has no subjectKeyIdentifier in DER.");
}

Outcome CheckAuthorityKeyIdentifier(const Facts& facts) {
  const auto& authority = facts.authority_key;
  const bool self_issued = facts.tbs.issuer == facts.tbs.subject;
  const bool names_key = authority.value.has_value() &&
                         authority.value->key_identifier.has_value();
  if (!authority.malformed() &&
      (names_key ? !authority.value->key_identifier->empty() : self_issued)) {
    return std::nullopt;
  }
  return AtExtension(oid::kAuthorityKeyIdentifier,
                     "The certificate has no authorityKeyIdentifier in DER "
                     "with a key identifier that is not empty.");
}

Outcome CheckSubjectAltName(const Facts& facts) {
  if (facts.subject_alt_name == nullptr ||
      IsSubjectAltName(facts.subject_alt_name->value)) {
    return std::nullopt;
  }
  return AtExtension(oid::kSubjectAltName,
                     "subjectAltName is not a list of general names in DER, or "
                     "one is empty, an x400Address, or has a control "
                     "character.");
}

Outcome CheckSubjectAltNameCritical(const Facts& facts) {
  if (facts.has_subject || facts.subject_alt_name == nullptr ||
      facts.subject_alt_name->critical) {
    return std::nullopt;
  }
  return AtExtension(oid::kSubjectAltName,
                     "subjectAltName is not critical although the subject is "
                     "empty.");
}

// Of the extensions that are wished to be critical or not, the first that is
// otherwise.
Outcome CheckCriticalities(const Facts& facts, Criticality set,
                           Criticality clear) {
  for (size_t i = 0; i < facts.known.size(); ++i) {
    if (facts.known[i] == nullptr) continue;
    const Extension& extension = facts.tbs.extensions[i];
    if (facts.known[i]->criticality == (extension.critical ? clear : set)) {
      return AtExtension(extension.oid, extension.critical
                                            ? "The extension is critical."
                                            : "The extension is not critical.");
    }
  }
  return std::nullopt;
}

Outcome CheckCriticality(const Facts& facts) {
  return CheckCriticalities(facts, Criticality::kMustBeSet,
                            Criticality::kMustBeClear);
}

Outcome CheckExtensionValue(const Facts& facts) {
  for (size_t i = 0; i < facts.known.size(); ++i) {
    const Extension& extension = facts.tbs.extensions[i];
    if (facts.known[i] == nullptr || facts.known[i]->is_value == nullptr ||
        facts.known[i]->is_value(extension.value)) {
      continue;
    }
    return AtExtension(extension.oid,
                       "The value of the extension is not of its type.");
  }
  return std::nullopt;
}

Outcome CheckNameConstraintsCa(const Facts& facts) {
  if (facts.is_ca ||
      FindExtension(facts.tbs.extensions, oid::kNameConstraints) == nullptr) {
    return std::nullopt;
  }
  return AtExtension(oid::kNameConstraints,
                     "nameConstraints stands in a certificate that is not a "
                     "CA's.");
}

Outcome CheckCaKeyUsage(const Facts& facts) {
  if (!facts.is_ca || facts.key_usage.extension != nullptr) return std::nullopt;
  return AtExtension(oid::kKeyUsage,
                     "The certificate is a CA's and has no keyUsage.");
}

Outcome CheckCriticalityAdvised(const Facts& facts) {
  if (facts.has_subject && facts.subject_alt_name != nullptr &&
      facts.subject_alt_name->critical) {
    return AtExtension(oid::kSubjectAltName,
                       "subjectAltName is critical beside a subject.");
  }
  return CheckCriticalities(facts, Criticality::kShouldBeSet,
                            Criticality::kShouldBeClear);
}

// What a purpose needs: one of these bits (section 4.2.1.12).
struct PurposeUsage {
  ByteView purpose;
  uint16_t bits;
};
constexpr PurposeUsage kPurposeUsages[] = {
    {oid::kServerAuth, kDigitalSignature | kKeyEncipherment | kKeyAgreement},
    {oid::kClientAuth, kDigitalSignature | kKeyAgreement},
    {oid::kCodeSigning, kDigitalSignature},
    {oid::kEmailProtection,
     kDigitalSignature | kNonRepudiation | kKeyEncipherment | kKeyAgreement},
    {oid::kTimeStamping, kDigitalSignature | kNonRepudiation},
    {oid::kOcspSigning, kDigitalSignature | kNonRepudiation},
};

Outcome CheckPurposeKeyUsage(const Facts& facts) {
  if (!facts.purposes.value.has_value()) return std::nullopt;
  for (const ByteView purpose : *facts.purposes.value) {
    for (const PurposeUsage& row : kPurposeUsages) {
      if (row.purpose != purpose || facts.MayUseKeyFor(row.bits)) continue;
      return AtExtension(oid::kExtendedKeyUsage,
                         absl::StrCat("keyUsage has no bit that the purpose ",
                                      oid::Show(purpose), " needs."));
    }
  }
  return std::nullopt;
}

Outcome CheckOldStringType(const Facts& facts) {
  if (!facts.subject.has_value()) return std::nullopt;
  for (const Attribute& attribute : *facts.subject) {
    if (attribute.tag == der::kTeletexString ||
        attribute.tag == der::kBmpString ||
        attribute.tag == der::kUniversalString) {
      return AtAttribute(attribute.type,
                         "The attribute has a string type that new names do "
                         "not use.");
    }
  }
  return std::nullopt;
}

Outcome CheckUnknownExtensionValue(const Facts& facts) {
  for (size_t i = 0; i < facts.known.size(); ++i) {
    const Extension& extension = facts.tbs.extensions[i];
    if (facts.known[i] != nullptr || der::IsOneElement(extension.value)) {
      continue;
    }
    return AtExtension(extension.oid,
                       "The value of the extension is not one value in DER.");
  }
  return std::nullopt;
}

// What a key of a kind that only signs, or agrees on keys, cannot do.
struct KeyLimit {
  ByteView algorithm;
  uint16_t impossible;
};
constexpr KeyLimit kKeyLimits[] = {
    {oid::kEcPublicKey, kKeyEncipherment | kDataEncipherment},
    {oid::kEd25519, kKeyEncipherment | kDataEncipherment | kKeyAgreement |
                        kEncipherOnly | kDecipherOnly},
};

Outcome CheckEcKeyEncipherment(const Facts& facts) {
  if (!facts.key_usage.value.has_value()) return std::nullopt;
  const auto spki = ParseSpki(facts.tbs.spki, "");
  if (!spki.ok()) return std::nullopt;
  for (const KeyLimit& limit : kKeyLimits) {
    if (oid::Same(limit.algorithm, spki->type) &&
        (*facts.key_usage.value & limit.impossible) != 0) {
      return AtExtension(oid::kKeyUsage,
                         "keyUsage lets an EC or Ed25519 key do what it "
                         "cannot.");
    }
  }
  return std::nullopt;
}

constexpr Rule kRules[] = {
    {v1::REASON_LINT_VERSION, Severity::kError, CheckVersion},
    {v1::REASON_LINT_SERIAL, Severity::kError, CheckSerial},
    {v1::REASON_LINT_SIGNATURE_ALGORITHM, Severity::kError,
     CheckSignatureAlgorithm},
    {v1::REASON_LINT_VALIDITY_ORDER, Severity::kError, CheckValidityOrder},
    {v1::REASON_LINT_TIME_ENCODING, Severity::kError, CheckTimeEncoding},
    {v1::REASON_LINT_UNIQUE_IDS, Severity::kError, CheckUniqueIds},
    {v1::REASON_LINT_EXTENSION_DUPLICATE, Severity::kError,
     CheckExtensionDuplicate},
    {v1::REASON_LINT_SUBJECT, Severity::kError, CheckSubject},
    {v1::REASON_LINT_CA_SUBJECT_EMPTY, Severity::kError, CheckCaSubjectEmpty},
    {v1::REASON_LINT_SUBJECT_ABSENT, Severity::kError, CheckSubjectAbsent},
    {v1::REASON_LINT_ATTRIBUTE_TYPE, Severity::kError, CheckAttributeType},
    {v1::REASON_LINT_ATTRIBUTE_LENGTH, Severity::kError, CheckAttributeLength},
    {v1::REASON_LINT_ATTRIBUTE_CONTROL, Severity::kError,
     CheckAttributeControl},
    {v1::REASON_LINT_ISSUER, Severity::kError, CheckIssuer},
    {v1::REASON_LINT_BASIC_CONSTRAINTS, Severity::kError,
     CheckBasicConstraints},
    {v1::REASON_LINT_PATH_LENGTH, Severity::kError, CheckPathLength},
    {v1::REASON_LINT_KEY_USAGE, Severity::kError, CheckKeyUsage},
    {v1::REASON_LINT_KEY_CERT_SIGN, Severity::kError, CheckKeyCertSign},
    {v1::REASON_LINT_EXTENDED_KEY_USAGE, Severity::kError,
     CheckExtendedKeyUsage},
    {v1::REASON_LINT_SUBJECT_KEY_IDENTIFIER, Severity::kError,
     CheckSubjectKeyIdentifier},
    {v1::REASON_LINT_AUTHORITY_KEY_IDENTIFIER, Severity::kError,
     CheckAuthorityKeyIdentifier},
    {v1::REASON_LINT_SUBJECT_ALT_NAME, Severity::kError, CheckSubjectAltName},
    {v1::REASON_LINT_SUBJECT_ALT_NAME_CRITICAL, Severity::kError,
     CheckSubjectAltNameCritical},
    {v1::REASON_LINT_CRITICALITY, Severity::kError, CheckCriticality},
    {v1::REASON_LINT_NAME_CONSTRAINTS_CA, Severity::kError,
     CheckNameConstraintsCa},
    {v1::REASON_LINT_EXTENSION_VALUE, Severity::kError, CheckExtensionValue},
    {v1::REASON_LINT_CA_KEY_USAGE, Severity::kWarning, CheckCaKeyUsage},
    {v1::REASON_LINT_CRITICALITY_ADVISED, Severity::kWarning,
     CheckCriticalityAdvised},
    {v1::REASON_LINT_PURPOSE_KEY_USAGE, Severity::kWarning,
     CheckPurposeKeyUsage},
    {v1::REASON_LINT_OLD_STRING_TYPE, Severity::kWarning, CheckOldStringType},
    {v1::REASON_LINT_UNKNOWN_EXTENSION_VALUE, Severity::kWarning,
     CheckUnknownExtensionValue},
    {v1::REASON_LINT_EC_KEY_ENCIPHERMENT, Severity::kNotice,
     CheckEcKeyEncipherment},
};

using Profiles = absl::Span<const v1::LintProfile>;

// Calls visit(Finding) if `facts` break the rule; false when that says to stop.
template <typename Visit>
bool Try(const Rule& rule, const Facts& facts, Visit&& visit) {
  Outcome outcome = rule.check(facts);
  if (!outcome.has_value()) return true;
  const absl::string_view dot = outcome->field.empty() ? "" : ".";
  return visit(Finding{rule.reason, rule.severity,
                       absl::StrCat("Certificate", dot, outcome->field),
                       std::move(outcome->message)});
}

// Calls visit(Finding) for every rule up to `least` that is broken, until it
// answers false.
template <typename Visit>
void Run(ByteView tbs, Profiles profiles, Severity least, Visit&& visit) {
  const auto parsed = ParseTbsCertificate(tbs);
  if (!parsed.has_value()) {
    visit(Finding{v1::REASON_LINT_TBS, Severity::kError, "Certificate",
                  "The bytes are not a TBSCertificate in DER."});
    return;
  }
  const Facts facts(*parsed);
  for (const Rule& rule : kRules) {
    if (rule.severity <= least && !Try(rule, facts, visit)) return;
  }
  if (profiles.empty()) return;
  ProfileSet asked = 0;
  for (const v1::LintProfile profile : profiles) asked |= SetOf(profile);
  for (const Rule& rule : ProfileRules()) {
    if ((rule.profiles & asked) != 0 && rule.severity <= least &&
        !Try(rule, facts, visit)) {
      return;
    }
  }
}

}  // namespace

absl::Status LintTbs(ByteView tbs, Profiles profiles) {
  absl::Status status;
  Run(tbs, profiles, Severity::kError, [&status](const Finding& finding) {
    status = Refuse(finding.reason, finding.field, finding.message);
    return false;
  });
  return status;
}

std::vector<Finding> AllFindings(ByteView tbs, Profiles profiles) {
  std::vector<Finding> findings;
  Run(tbs, profiles, Severity::kNotice, [&findings](Finding finding) {
    findings.push_back(std::move(finding));
    return true;
  });
  return findings;
}

std::vector<RuleName> AllRules() {
  std::vector<RuleName> names;
  for (const Rule& rule : kRules) {
    names.push_back({rule.reason, rule.severity, /*of_profile=*/false});
  }
  for (const Rule& rule : ProfileRules()) {
    names.push_back({rule.reason, rule.severity, /*of_profile=*/true});
  }
  return names;
}

}  // namespace pki
