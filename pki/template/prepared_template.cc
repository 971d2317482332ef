// The checks of an expanded template, and the encoding of what it brings.
#include "pki/template/prepared_template.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "pki/base/status.h"
#include "pki/der/oid.h"
#include "pki/der/writer.h"

namespace pki {
namespace {

absl::Status Wrong(v1::Reason reason, const v1::Template& expanded,
                   absl::string_view what) {
  return Refuse(
      reason, "",
      absl::StrCat("The template ", Quote(expanded.name()), " ", what, "."));
}

// The model's limit of an ARN (API Reference: IssueCertificate).
constexpr size_t kMaxArnSize = 200;

// What can stand in an ARN: words between slashes.
bool IsTemplateName(absl::string_view name) {
  const auto words = absl::StrSplit(name, '/');
  return std::all_of(words.begin(), words.end(), [](absl::string_view word) {
    return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
      return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
             c == '-' || c == '.';
    });
  });
}

bool Contains(const PreparedTemplate::Sources& sources, v1::Source source) {
  return std::find(sources.begin(), sources.end(), source) != sources.end();
}

// An expanded template has no placeholder, and nothing that is not a source.
bool ToSources(const google::protobuf::RepeatedField<int>& from,
               PreparedTemplate::Sources* to) {
  for (const int source : from) {
    if (!v1::Source_IsValid(source) || source == v1::SOURCE_UNSPECIFIED ||
        source == v1::SOURCE_PASSTHROUGH) {
      return false;
    }
    to->push_back(static_cast<v1::Source>(source));
  }
  return true;
}

// Whether these are what a request can bring.
bool AreFromRequest(const PreparedTemplate::Sources& sources) {
  return std::all_of(sources.begin(), sources.end(), [](v1::Source source) {
    return source == v1::SOURCE_API || source == v1::SOURCE_CSR;
  });
}

// Whether the source can ever have this extension. A template that has not is
// a way to leave it out.
bool CanGive(v1::Source source, ByteView oid) {
  switch (source) {
    case v1::SOURCE_ENGINE:
      return oid == oid::kSubjectKeyIdentifier ||
             oid == oid::kAuthorityKeyIdentifier;
    case v1::SOURCE_CA_CONFIGURATION:
      return oid == oid::kCrlDistributionPoints ||
             oid == oid::kAuthorityInfoAccess;
    default:
      return true;
  }
}

// None when there is no bit, or one that does not exist.
std::optional<Bytes> EncodeBits(const v1::FixedKeyUsage& usage) {
  if (usage.bits().empty()) return std::nullopt;
  uint16_t bits = 0;
  for (const int bit : usage.bits()) {
    if (!v1::KeyUsageBit_IsValid(bit)) return std::nullopt;
    bits = static_cast<uint16_t>(bits | 1u << bit);
  }
  return EncodeKeyUsage(bits);
}

// None when there is no purpose, or one that is not a dotted OID.
std::optional<Bytes> EncodePurposes(const v1::FixedExtendedKeyUsage& usage) {
  if (usage.purposes().empty()) return std::nullopt;
  std::vector<Bytes> oids;
  for (const std::string& purpose : usage.purposes()) {
    std::optional<Bytes> oid = oid::FromText(purpose);
    if (!oid.has_value()) return std::nullopt;
    oids.push_back(*std::move(oid));
  }
  std::vector<ByteView> views;
  for (const Bytes& oid : oids) views.push_back(View(oid));
  return EncodeExtendedKeyUsage(views);
}

}  // namespace

absl::Status PreparedTemplate::ReadLintProfiles() {
  for (const int profile : definition_.lint_profiles()) {
    const auto one = static_cast<v1::LintProfile>(profile);
    if (!v1::LintProfile_IsValid(profile) ||
        one == v1::LINT_PROFILE_UNSPECIFIED ||
        std::find(lint_profiles_.begin(), lint_profiles_.end(), one) !=
            lint_profiles_.end()) {
      return Wrong(v1::REASON_TEMPLATE_LINT_PROFILE, definition_,
                   "names a lint profile twice, or one that there is not");
    }
    lint_profiles_.push_back(one);
  }
  return absl::OkStatus();
}

absl::Status PreparedTemplate::ReadRules() {
  bool sources_ok = ToSources(definition_.subject(), &subject_) &&
                    ToSources(definition_.passthrough(), &passthrough_) &&
                    AreFromRequest(subject_) && AreFromRequest(passthrough_);
  for (const v1::ExtensionRule& rule : definition_.rules()) {
    Rule prepared;
    std::optional<Bytes> oid = oid::FromText(rule.oid());
    if (!oid.has_value() || FindRule(View(*oid)) != nullptr) {
      return Wrong(v1::REASON_TEMPLATE_OID, definition_,
                   absl::StrCat("has a rule for ", Quote(rule.oid()),
                                ", which is not an OID or has one already"));
    }
    prepared.oid = *std::move(oid);
    sources_ok = sources_ok && ToSources(rule.sources(), &prepared.sources) &&
                 std::all_of(prepared.sources.begin(), prepared.sources.end(),
                             [&](v1::Source source) {
                               return CanGive(source, View(prepared.oid));
                             });
    rules_.push_back(std::move(prepared));
  }
  if (!sources_ok) {
    return Wrong(v1::REASON_TEMPLATE_SOURCE, definition_,
                 "names a source that a template cannot have, or that cannot "
                 "give what it is to give");
  }
  return absl::OkStatus();
}

absl::Status PreparedTemplate::ReadExtensions() {
  const v1::FixedExtensions& own = definition_.extensions();
  const v1::FixedBasicConstraints& constraints = own.basic_constraints();
  const bool is_ca = kind() != v1::CERTIFICATE_KIND_END_ENTITY;
  if (constraints.ca() && !is_ca) {
    return Wrong(v1::REASON_TEMPLATE_KIND, definition_,
                 "is of end entities, but its basicConstraints make a CA");
  }
  if (is_ca && !constraints.ca()) {
    return Wrong(v1::REASON_TEMPLATE_KIND, definition_,
                 "is of CAs, but its basicConstraints make none");
  }
  if (constraints.has_path_length() && !is_ca) {
    return Wrong(v1::REASON_TEMPLATE_KIND, definition_,
                 "is of end entities, but sets a path length");
  }
  if (const Rule* rule = FindRule(oid::kBasicConstraints);
      rule == nullptr ? !passthrough_.empty()
                      : std::any_of(rule->sources.begin(), rule->sources.end(),
                                    [](v1::Source source) {
                                      return source != v1::SOURCE_TEMPLATE;
                                    })) {
    return Wrong(v1::REASON_TEMPLATE_CA, definition_,
                 "takes basicConstraints from a request");
  }
  if (constraints.has_path_length()) path_length_ = constraints.path_length();
  Bytes list;
  bool values_ok = true;
  const auto add = [&](ByteView oid, bool critical,
                       const std::optional<Bytes>& value) {
    values_ok = values_ok && value.has_value();
    if (values_ok) list += EncodeExtension(oid, critical, View(*value));
  };
  if (own.has_basic_constraints()) {
    add(oid::kBasicConstraints, constraints.critical(),
        EncodeBasicConstraints({constraints.ca(), path_length_}));
  }
  if (own.has_key_usage()) {
    add(oid::kKeyUsage, own.key_usage().critical(),
        EncodeBits(own.key_usage()));
  }
  if (own.has_extended_key_usage()) {
    add(oid::kExtendedKeyUsage, own.extended_key_usage().critical(),
        EncodePurposes(own.extended_key_usage()));
  }
  if (!values_ok) {
    return Wrong(v1::REASON_TEMPLATE_EXTENSION, definition_,
                 "has a keyUsage or an extendedKeyUsage that is empty, or "
                 "names a use that does not exist");
  }
  der::Writer writer;
  writer.AddBytes(der::kSequence, View(list));
  der_ = std::make_unique<const Bytes>(writer.Finish());
  extensions_ = ParseExtensions(View(*der_)).value_or(ExtensionList());
  return absl::OkStatus();
}

absl::Status PreparedTemplate::CheckReach() const {
  for (const Extension& extension : extensions_) {
    const Rule* rule = FindRule(extension.oid);
    if (rule == nullptr || !Contains(rule->sources, v1::SOURCE_TEMPLATE)) {
      return Wrong(v1::REASON_TEMPLATE_UNREACHABLE, definition_,
                   absl::StrCat("brings ", oid::Show(extension.oid),
                                ", which no rule takes from it"));
    }
  }
  for (const Rule& rule : rules_) {
    // The first source that always gives has to be the last one.
    const auto certain = std::find_if(
        rule.sources.begin(), rule.sources.end(), [&](v1::Source source) {
          return source == v1::SOURCE_ENGINE
                     ? kind() != v1::CERTIFICATE_KIND_ROOT_CA ||
                           View(rule.oid) == oid::kSubjectKeyIdentifier
                     : source == v1::SOURCE_TEMPLATE &&
                           FindExtension(extensions_, View(rule.oid)) !=
                               nullptr;
        });
    if (certain != rule.sources.end() && certain + 1 != rule.sources.end()) {
      return Wrong(v1::REASON_TEMPLATE_UNREACHABLE, definition_,
                   absl::StrCat("names a source of ", oid::Show(View(rule.oid)),
                                " behind one that always gives it"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<PreparedTemplate> PreparedTemplate::Prepare(
    const v1::Template& expanded, absl::string_view arn_prefix) {
  PreparedTemplate result;
  result.definition_ = expanded;
  result.arn_ = absl::StrCat(arn_prefix, expanded.name());
  if (!IsTemplateName(expanded.name())) {
    return Wrong(v1::REASON_TEMPLATE_INCOMPLETE, expanded,
                 "has a name that is not words of letters, digits, '_', '-' "
                 "and '.' between slashes");
  }
  if (result.arn_.size() > kMaxArnSize) {
    return Wrong(
        v1::REASON_TEMPLATE_INCOMPLETE, expanded,
        absl::StrCat("has an ARN of more than ", kMaxArnSize, " characters"));
  }
  if (expanded.kind() == v1::CERTIFICATE_KIND_UNSPECIFIED ||
      !v1::CertificateKind_IsValid(expanded.kind())) {
    return Wrong(v1::REASON_TEMPLATE_INCOMPLETE, expanded,
                 "has no kind, or one that there is not");
  }
  if (expanded.subject().empty()) {
    return Wrong(v1::REASON_TEMPLATE_INCOMPLETE, expanded,
                 "names no source of the subject");
  }
  PKI_RETURN_IF_ERROR(result.ReadLintProfiles());
  PKI_RETURN_IF_ERROR(result.ReadRules());
  PKI_RETURN_IF_ERROR(result.ReadExtensions());
  PKI_RETURN_IF_ERROR(result.CheckReach());
  return result;
}

bool PreparedTemplate::Takes(v1::Source source) const {
  return Contains(subject_, source) || Contains(passthrough_, source) ||
         std::any_of(rules_.begin(), rules_.end(), [source](const Rule& rule) {
           return Contains(rule.sources, source);
         });
}

const PreparedTemplate::Rule* PreparedTemplate::FindRule(ByteView oid) const {
  for (const Rule& rule : rules_) {
    if (View(rule.oid) == oid) return &rule;
  }
  return nullptr;
}

}  // namespace pki
