// The checks of an expanded template, and the encoding of what it brings.
#include "pki/template/prepared_template.h"

#include <algorithm>
#include <utility>

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

Bytes EncodeBits(const v1::FixedKeyUsage& key_usage) {
  uint16_t bits = 0;
  for (const int bit : key_usage.bits()) {
    bits = static_cast<uint16_t>(bits | 1u << bit);
  }
  return EncodeKeyUsage(bits);
}

// None when a purpose is not a dotted OID.
std::optional<Bytes> EncodePurposes(const v1::FixedExtendedKeyUsage& usage) {
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
  if (expanded.name().empty() || expanded.subject().empty() ||
      expanded.kind() == v1::CERTIFICATE_KIND_UNSPECIFIED) {
    return Wrong(v1::REASON_TEMPLATE_INCOMPLETE, expanded,
                 "needs a name, a kind and a source of the subject");
  }
  PreparedTemplate result;
  result.name_ = expanded.name();
  result.kind_ = expanded.kind();

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
      (expanded.kind() != v1::CERTIFICATE_KIND_END_ENTITY)) {
    return Wrong(v1::REASON_TEMPLATE_KIND, expanded,
                 "makes a CA of what is not of that kind, or the reverse");
  }
  if (constraints.has_path_length()) {
    result.path_length_ = constraints.path_length();
  }
  Bytes list;
  const auto add = [&list](ByteView oid, bool critical, const Bytes& value) {
    list += EncodeExtension(oid, critical, View(value));
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
    const v1::FixedExtendedKeyUsage& usage = own.extended_key_usage();
    const std::optional<Bytes> value = EncodePurposes(usage);
    if (!value.has_value()) {
      return Wrong(v1::REASON_TEMPLATE_OID, expanded,
                   "has a purpose in extendedKeyUsage that is not an OID");
    }
    add(oid::kExtendedKeyUsage, usage.critical(), *value);
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
                   absl::StrCat("brings ", oid::ToText(extension.oid),
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
