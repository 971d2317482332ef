// The checks of an expanded template, and the encoding of what it brings.
#include "pki/template/prepared_template.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pki/base/status.h"
#include "pki/der/oid.h"
#include "pki/der/writer.h"

namespace pki {
namespace {

absl::Status Wrong(v1::Reason reason, const v1::Template& expanded,
                   absl::string_view what) {
  return Refuse(
      reason, "",
      absl::StrCat("template ", Quote(expanded.name()), " ", what, "."));
}

// What can stand in an ARN.
bool IsTemplateName(absl::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
           c == '-' || c == '.' || c == '/';
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

absl::StatusOr<PreparedTemplate> PreparedTemplate::Prepare(
    const v1::Template& expanded) {
  if (!IsTemplateName(expanded.name()) || expanded.subject().empty() ||
      expanded.kind() == v1::CERTIFICATE_KIND_UNSPECIFIED ||
      !v1::CertificateKind_IsValid(expanded.kind())) {
    return Wrong(
        v1::REASON_TEMPLATE_INCOMPLETE, expanded,
        "needs a name that can stand in an ARN, a kind and a source of "
        "the subject");
  }
  PreparedTemplate result;
  result.definition_ = expanded;

  bool sources_ok = ToSources(expanded.subject(), &result.subject_) &&
                    ToSources(expanded.passthrough(), &result.passthrough_);
  for (const v1::ExtensionRule& rule : expanded.rules()) {
    Rule prepared;
    std::optional<Bytes> oid = oid::FromText(rule.oid());
    if (!oid.has_value() || result.FindRule(View(*oid)) != nullptr) {
      return Wrong(v1::REASON_TEMPLATE_OID, expanded,
                   absl::StrCat("has a rule for ", Quote(rule.oid()),
                                ", which is not an OID or has one already"));
    }
    prepared.oid = *std::move(oid);
    sources_ok = sources_ok && ToSources(rule.sources(), &prepared.sources);
    result.rules_.push_back(std::move(prepared));
  }
  if (!sources_ok) {
    return Wrong(v1::REASON_TEMPLATE_SOURCE, expanded,
                 "names a source that a template cannot have");
  }

  const v1::FixedExtensions& own = expanded.extensions();
  const v1::FixedBasicConstraints& constraints = own.basic_constraints();
  if (constraints.ca() !=
          (expanded.kind() != v1::CERTIFICATE_KIND_END_ENTITY) ||
      (constraints.has_path_length() && !constraints.ca())) {
    return Wrong(v1::REASON_TEMPLATE_KIND, expanded,
                 "makes a CA, or sets a path length, of what is not of that "
                 "kind, or the reverse");
  }
  if (constraints.has_path_length()) {
    result.path_length_ = constraints.path_length();
  }
  Bytes list;
  bool values_ok = true;
  const auto add = [&](ByteView oid, bool critical,
                       const std::optional<Bytes>& value) {
    values_ok = values_ok && value.has_value();
    if (values_ok) list += EncodeExtension(oid, critical, View(*value));
  };
  if (own.has_basic_constraints()) {
    add(oid::kBasicConstraints, constraints.critical(),
        EncodeBasicConstraints({constraints.ca(), result.path_length_}));
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
    return Wrong(v1::REASON_TEMPLATE_EXTENSION, expanded,
                 "has a keyUsage or an extendedKeyUsage that is empty, or "
                 "names a use that does not exist");
  }
  der::Writer writer;
  writer.AddBytes(der::kSequence, View(list));
  result.der_ = std::make_unique<const Bytes>(writer.Finish());
  result.extensions_ =
      ParseExtensions(View(*result.der_)).value_or(ExtensionList());
  for (const Extension& extension : result.extensions_) {
    const Rule* rule = result.FindRule(extension.oid);
    if (rule == nullptr || !Contains(rule->sources, v1::SOURCE_TEMPLATE)) {
      return Wrong(v1::REASON_TEMPLATE_UNREACHABLE, expanded,
                   absl::StrCat("brings ", oid::Show(extension.oid),
                                ", which no rule takes from it"));
    }
  }
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
