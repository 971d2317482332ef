// What rules look at, and what a rule is: shared by those that always hold and
// those of profiles.
#ifndef PKI_LINT_RULE_H_
#define PKI_LINT_RULE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"
#include "pki/der/oid.h"
#include "pki/lint/known_extension.h"
#include "pki/lint/severity.h"
#include "pki/x509/certificate.h"
#include "pki/x509/extension.h"
#include "pki/x509/name.h"
#include "proto/error.pb.h"
#include "proto/template.pb.h"

namespace pki {

// An extension and what its value says; `value` is empty when the extension is
// absent, and when it is malformed.
template <typename T>
struct Decoded {
  Decoded(const TbsCertificate& tbs, ByteView oid,
          std::optional<T> (*parse)(ByteView))
      : extension(FindExtension(tbs.extensions, oid)) {
    if (extension != nullptr) value = parse(extension->value);
  }
  bool malformed() const { return extension != nullptr && !value.has_value(); }

  const Extension* extension;
  std::optional<T> value;
};

// What the rules look at: the certificate, decoded once.
struct Facts {
  explicit Facts(const TbsCertificate& certificate)
      : tbs(certificate),
        subject(ParseName(tbs.subject)),
        subject_alt_name(FindExtension(tbs.extensions, oid::kSubjectAltName)),
        basic_constraints(tbs, oid::kBasicConstraints, ParseBasicConstraints),
        key_usage(tbs, oid::kKeyUsage, ParseKeyUsage),
        purposes(tbs, oid::kExtendedKeyUsage, ParseExtendedKeyUsage),
        subject_key(tbs, oid::kSubjectKeyIdentifier, ParseSubjectKeyIdentifier),
        authority_key(tbs, oid::kAuthorityKeyIdentifier,
                      ParseAuthorityKeyIdentifier),
        is_ca(basic_constraints.value.has_value() &&
              basic_constraints.value->ca),
        has_subject(!subject.has_value() || !subject->empty()) {
    known.reserve(tbs.extensions.size());
    for (const Extension& extension : tbs.extensions) {
      known.push_back(FindKnownExtension(extension.oid));
    }
  }

  // True when the key may be used in one of these ways; also when there is no
  // keyUsage, which restricts nothing.
  bool MayUseKeyFor(uint16_t bits) const {
    return !key_usage.value.has_value() || (*key_usage.value & bits) != 0;
  }

  const TbsCertificate& tbs;
  const std::optional<AttributeList> subject;
  const Extension* const subject_alt_name;
  const Decoded<BasicConstraints> basic_constraints;
  const Decoded<uint16_t> key_usage;
  const Decoded<PurposeList> purposes;
  const Decoded<ByteView> subject_key;
  const Decoded<AuthorityKeyIdentifier> authority_key;
  const bool is_ca;
  const bool has_subject;
  // For each extension its row, or null.
  absl::InlinedVector<const KnownExtension*, 10> known;
};

// Where a rule is broken, and how. The field is below "Certificate".
struct Violation {
  std::string field;
  std::string message;
};
using Outcome = std::optional<Violation>;

// "extensions[2.5.29.17]".
std::string ExtensionField(ByteView oid);
Violation AtExtension(ByteView oid, absl::string_view message);
// Of the subject.
Violation AtAttribute(ByteView type, std::string message);

// A set of v1::LintProfile.
using ProfileSet = uint32_t;
constexpr ProfileSet SetOf(v1::LintProfile profile) {
  return ProfileSet{1} << profile;
}

// One rule.
struct Rule {
  v1::Reason reason;
  Severity severity;
  Outcome (*check)(const Facts&);
  // Those that it belongs to; empty when it always holds.
  ProfileSet profiles = 0;
};

}  // namespace pki

#endif  // PKI_LINT_RULE_H_
