// The comparison of names with subtrees.
#include "pki/policy/name_constraints.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "pki/base/status.h"
#include "pki/der/oid.h"
#include "pki/der/reader.h"
#include "pki/der/writer.h"
#include "pki/x509/name.h"
#include "pki/x509/name_constraints.h"

namespace pki {
namespace {

using Subtree = NameConstraints::Subtree;

constexpr char kEndOfLabel = '\0';

// id-on-SmtpUTF8Mailbox (RFC 9598 section 3).
constexpr uint8_t kSmtpUtf8MailboxOctets[] = {0x2b, 0x06, 0x01, 0x05,
                                              0x05, 0x07, 0x08, 0x09};
constexpr ByteView kSmtpUtf8Mailbox(kSmtpUtf8MailboxOctets);

// Empty for the forms that cannot be constrained.
absl::string_view NameOf(GeneralNameForm form) {
  switch (form) {
    case GeneralNameForm::kRfc822Name:
      return "rfc822Name";
    case GeneralNameForm::kDnsName:
      return "dNSName";
    case GeneralNameForm::kDirectoryName:
      return "directoryName";
    case GeneralNameForm::kUri:
      return "URI";
    case GeneralNameForm::kIpAddress:
      return "iPAddress";
    default:
      return "";
  }
}

// The labels of a host name, the last first. Underscores are seen in practice.
std::optional<std::string> HostPath(absl::string_view host,
                                    bool may_be_wildcard) {
  std::vector<absl::string_view> labels = absl::StrSplit(host, '.');
  std::reverse(labels.begin(), labels.end());
  std::string path;
  for (const absl::string_view label : labels) {
    if (label.empty()) return std::nullopt;
    for (const char c : label) {
      if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' &&
          c != '_' && !(may_be_wildcard && c == '*')) {
        return std::nullopt;
      }
    }
    absl::StrAppend(&path, absl::AsciiStrToLower(label));
    path.push_back(kEndOfLabel);
  }
  return path;
}

size_t LabelsOf(absl::string_view path) {
  return std::count(path.begin(), path.end(), kEndOfLabel);
}

std::optional<ComparableName> HostName(absl::string_view host,
                                       bool may_be_wildcard) {
  auto path = HostPath(host, may_be_wildcard);
  if (!path.has_value()) return std::nullopt;
  return ComparableName{*std::move(path), std::nullopt};
}

// RFC 5321's Dot-string at a host name; RFC 6531 allows it more than ASCII.
std::optional<ComparableName> Mailbox(absl::string_view text) {
  constexpr absl::string_view kSpecials = "\"\\()<>[]:;,@ \x7f";
  const size_t at = text.rfind('@');
  if (at == absl::string_view::npos || at == 0) return std::nullopt;
  const absl::string_view local = text.substr(0, at);
  for (const char c : local) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c)) ||
        absl::StrContains(kSpecials, c)) {
      return std::nullopt;
    }
  }
  auto path = HostPath(text.substr(at + 1), /*may_be_wildcard=*/false);
  if (!path.has_value()) return std::nullopt;
  return ComparableName{*std::move(path), std::string(local)};
}

// The host in the authority (RFC 3986 section 3.2).
std::optional<ComparableName> UriHost(absl::string_view uri) {
  const std::pair<absl::string_view, absl::string_view> scheme_and_rest =
      absl::StrSplit(uri, absl::MaxSplits(':', 1));
  absl::string_view authority = scheme_and_rest.second;
  if (!absl::ConsumePrefix(&authority, "//")) return std::nullopt;
  authority = authority.substr(0, authority.find_first_of("/?#"));
  // Programs differ in what they take for the host when there is user
  // information before it.
  if (absl::StrContains(authority, '@')) return std::nullopt;
  const absl::string_view host = authority.substr(0, authority.find(':'));
  auto name = HostName(host, /*may_be_wildcard=*/false);
  if (!name.has_value() || LabelsOf(name->path) < 2) return std::nullopt;
  // What ends in a number is an IPv4 address.
  const absl::string_view path = name->path;
  const absl::string_view last = path.substr(0, path.find(kEndOfLabel));
  const bool is_address = std::all_of(last.begin(), last.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  return is_address ? std::nullopt : name;
}

// The family and then the bits, one character each.
std::string AddressPath(ByteView address) {
  std::string path = address.size() == 4 ? "4" : "6";
  for (const uint8_t octet : address) {
    for (int bit = 7; bit >= 0; --bit) {
      path.push_back((octet >> bit & 1) != 0 ? '1' : '0');
    }
  }
  return path;
}

std::string Fold(absl::string_view text) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(text, absl::ByAnyChar(" \t\n\v\f\r"), absl::SkipEmpty());
  return absl::AsciiStrToLower(absl::StrJoin(words, " "));
}

// An AttributeTypeAndValue that is the same for all that compare equal.
Bytes FoldedAttribute(const Attribute& attribute) {
  der::Writer writer;
  writer.Add(der::kSequence, [&attribute](der::Writer& fields) {
    fields.AddOid(attribute.type);
    const auto text = AttributeText(attribute);
    if (text.has_value() && attribute.tag != der::kNumericString) {
      fields.AddText(der::kUtf8String, Fold(*text));
    } else {
      fields.AddBytes(attribute.tag, attribute.value);
    }
  });
  return writer.Finish();
}

// The RDNs in DER, each with its folded attributes in order.
std::string DirectoryPath(absl::Span<const Attribute> attributes) {
  der::Writer path;
  for (size_t i = 0; i < attributes.size();) {
    std::vector<Bytes> rdn;
    do {
      rdn.push_back(FoldedAttribute(attributes[i++]));
    } while (i < attributes.size() && attributes[i].joins_previous);
    std::sort(rdn.begin(), rdn.end());
    path.Add(der::kSet, [&rdn](der::Writer& set) {
      for (const Bytes& attribute : rdn) set.AddRaw(View(attribute));
    });
  }
  return path.Finish();
}

std::optional<ComparableName> DirectoryName(ByteView name) {
  const auto attributes = ParseName(name);
  if (!attributes.has_value()) return std::nullopt;
  return ComparableName{DirectoryPath(*attributes), std::nullopt};
}

// None for what cannot be compared.
std::optional<ComparableName> Comparable(GeneralNameForm form, ByteView value) {
  switch (form) {
    case GeneralNameForm::kRfc822Name:
      return Mailbox(Text(value));
    case GeneralNameForm::kDnsName:
      return HostName(Text(value), /*may_be_wildcard=*/true);
    case GeneralNameForm::kDirectoryName:
      return DirectoryName(value);
    case GeneralNameForm::kUri:
      return UriHost(Text(value));
    case GeneralNameForm::kIpAddress:
      return ComparableName{AddressPath(value), std::nullopt};
    default:
      // Nothing constrains the other forms.
      return std::nullopt;
  }
}

// A base that is a host, or with a dot before it what is below; whether a host
// stands for what is below it too depends on the form.
std::optional<Subtree> HostSubtree(GeneralNameForm form, absl::string_view text,
                                   bool host_has_below) {
  if (text.empty()) return Subtree{form, std::nullopt, false, false};
  const bool is_host = !absl::ConsumePrefix(&text, ".");
  auto name = HostName(text, /*may_be_wildcard=*/false);
  if (!name.has_value()) return std::nullopt;
  return Subtree{form, std::move(name), is_host, !is_host || host_has_below};
}

std::optional<Subtree> AddressSubtree(ByteView value) {
  const ByteView address = value.first(value.size() / 2);
  const std::string mask = AddressPath(value.subspan(value.size() / 2));
  const size_t length = std::min(mask.find('0'), mask.size());
  if (mask.find('1', length) != std::string::npos) return std::nullopt;
  return Subtree{GeneralNameForm::kIpAddress,
                 ComparableName{AddressPath(address).substr(0, length), {}},
                 true, true};
}

// None for a base that cannot be compared, or not of a form that can be.
std::optional<Subtree> SubtreeOf(const GeneralName& base) {
  const absl::string_view text = Text(base.value);
  switch (base.form) {
    case GeneralNameForm::kRfc822Name:
      if (absl::StrContains(text, '@')) {
        auto mailbox = Mailbox(text);
        if (!mailbox.has_value()) return std::nullopt;
        return Subtree{base.form, std::move(mailbox), true, false};
      }
      return HostSubtree(base.form, text, /*host_has_below=*/false);
    case GeneralNameForm::kDnsName:
      return HostSubtree(base.form, text, /*host_has_below=*/true);
    case GeneralNameForm::kDirectoryName:
      return Subtree{base.form, DirectoryName(base.value), true, true};
    case GeneralNameForm::kUri:
      return HostSubtree(base.form, text, /*host_has_below=*/false);
    case GeneralNameForm::kIpAddress:
      return AddressSubtree(base.value);
    default:
      return std::nullopt;
  }
}

absl::Status ReadBases(absl::Span<const GeneralName> bases,
                       absl::string_view field,
                       std::vector<Subtree>* subtrees) {
  for (const GeneralName& base : bases) {
    if (NameOf(base.form).empty()) {
      return Refuse(v1::REASON_IMPORT_NAME_CONSTRAINT_FORM, field,
                    "Name constraints can be on dNSName, rfc822Name, URI, "
                    "iPAddress and directoryName only.");
    }
    auto subtree = SubtreeOf(base);
    if (!subtree.has_value()) {
      return Refuse(v1::REASON_CERTIFICATE_EXTENSION_VALUE, field,
                    absl::StrCat("A name constraint on ", NameOf(base.form),
                                 " cannot be compared with names: ",
                                 Quote(Text(base.value)), "."));
    }
    subtrees->push_back(*std::move(subtree));
  }
  return absl::OkStatus();
}

// Whether a path with a wildcard and a base that reaches into it may meet; none
// when the path has none or the base does not reach so far.
std::optional<bool> MeetsWildcard(absl::string_view path,
                                  const Subtree& subtree) {
  const size_t wildcard = path.find('*');
  if (wildcard == absl::string_view::npos) return std::nullopt;
  const absl::string_view known =
      path.substr(0, path.substr(0, wildcard).rfind(kEndOfLabel) + 1);
  const absl::string_view base = subtree.base->path;
  if (base.size() <= known.size()) return std::nullopt;
  return absl::StartsWith(base, known) &&
         LabelsOf(base) + (subtree.has_base ? 0 : 1) <= LabelsOf(path);
}

// `in_doubt` answers for what cannot be compared.
bool IsWithin(const std::optional<ComparableName>& name, const Subtree& subtree,
              bool in_doubt) {
  if (!name.has_value() || !subtree.base.has_value()) return in_doubt;
  const ComparableName& base = *subtree.base;
  if (base.mailbox.has_value() && base.mailbox != name->mailbox) return false;
  if (subtree.form == GeneralNameForm::kDnsName) {
    const auto meets = MeetsWildcard(name->path, subtree);
    if (meets.has_value()) return *meets && in_doubt;
  }
  if (!absl::StartsWith(name->path, base.path)) return false;
  return name->path.size() == base.path.size() ? subtree.has_base
                                               : subtree.has_below;
}

// One name of a certificate.
struct Candidate {
  Candidate(GeneralNameForm form_in, ByteView value_in, std::string field_in)
      : form(form_in),
        value(Copy(value_in)),
        field(std::move(field_in)),
        name(Comparable(form, value_in)) {}

  GeneralNameForm form;
  Bytes value;
  std::string field;
  std::optional<ComparableName> name;
};

std::string Show(const Candidate& candidate) {
  switch (candidate.form) {
    case GeneralNameForm::kDirectoryName:
      return Quote(NameToRfc2253(View(candidate.value)));
    case GeneralNameForm::kIpAddress:
      return Hex(View(candidate.value));
    default:
      return Quote(candidate.value);
  }
}

// The candidate in an alternative name. An otherName that is a mailbox counts
// as one.
Candidate AltName(const GeneralName& name, std::string field) {
  if (name.form == GeneralNameForm::kOtherName &&
      name.type_id == kSmtpUtf8Mailbox) {
    der::Reader reader(name.value);
    ByteView mailbox;
    // What is no UTF8String stays empty, which cannot be compared.
    reader.Read(der::kUtf8String, &mailbox);
    return Candidate(GeneralNameForm::kRfc822Name, mailbox, std::move(field));
  }
  return Candidate(name.form, name.value, std::move(field));
}

// All names that constraints apply to; none when they cannot be read.
std::optional<std::vector<Candidate>> AltNames(ByteView subject_alt_name,
                                               absl::string_view field) {
  const auto names = ParseGeneralNames(subject_alt_name);
  if (!names.has_value()) return std::nullopt;
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < names->size(); ++i) {
    candidates.push_back(
        AltName((*names)[i], absl::StrCat(field, "[", i, "]")));
  }
  return candidates;
}

// Adds those of the subject.
bool AddSubject(const CertificateNames& names, const std::string& field,
                std::vector<Candidate>* candidates) {
  const auto attributes = ParseName(names.subject);
  if (!attributes.has_value()) return false;
  if (attributes->empty()) return true;
  const bool has_host = std::any_of(
      candidates->begin(), candidates->end(), [](const Candidate& candidate) {
        return candidate.form == GeneralNameForm::kDnsName;
      });
  candidates->emplace_back(GeneralNameForm::kDirectoryName, names.subject,
                           field);
  for (const Attribute& attribute : *attributes) {
    if (attribute.type == oid::kEmailAddress) {
      candidates->emplace_back(GeneralNameForm::kRfc822Name, attribute.value,
                               field);
    }
    if (attribute.type == oid::kCommonName && !names.is_ca && !has_host) {
      // Programs look at the characters, whatever the string's type.
      const auto text = AttributeText(attribute);
      if (!text.has_value()) return false;
      Candidate host(GeneralNameForm::kDnsName, View(*text), field);
      if (host.name.has_value() && LabelsOf(host.name->path) > 1) {
        candidates->push_back(std::move(host));
      }
    }
  }
  return true;
}

// What is wrong with the name; empty when it obeys.
absl::string_view Fault(const Candidate& candidate,
                        const NameConstraints& constraints) {
  for (const Subtree& subtree : constraints.excluded()) {
    if (subtree.form == candidate.form &&
        IsWithin(candidate.name, subtree, /*in_doubt=*/true)) {
      return "is excluded by";
    }
  }
  bool is_constrained = false;
  for (const Subtree& subtree : constraints.permitted()) {
    if (subtree.form != candidate.form) continue;
    if (IsWithin(candidate.name, subtree, /*in_doubt=*/false)) return "";
    is_constrained = true;
  }
  return is_constrained ? "is not among those permitted by" : "";
}

}  // namespace

absl::StatusOr<NameConstraints> NameConstraints::New(ByteView value,
                                                     absl::string_view field) {
  const auto subtrees = ParseNameConstraints(value);
  if (!subtrees.has_value()) {
    return Refuse(v1::REASON_CERTIFICATE_EXTENSION_VALUE, field,
                  "The name constraints cannot be read.");
  }
  NameConstraints constraints;
  PKI_RETURN_IF_ERROR(
      ReadBases(subtrees->permitted, field, &constraints.permitted_));
  PKI_RETURN_IF_ERROR(
      ReadBases(subtrees->excluded, field, &constraints.excluded_));
  return constraints;
}

absl::Status CheckNames(const CertificateNames& names,
                        absl::Span<const NameConstraints> above,
                        v1::Reason reason, absl::string_view field) {
  if (above.empty()) return absl::OkStatus();
  const std::string subject_field = absl::StrCat(field, ".subject");
  const std::string alt_field = absl::StrCat(field, ".subjectAltName");
  std::vector<Candidate> candidates;
  if (names.subject_alt_name.has_value()) {
    auto read = AltNames(*names.subject_alt_name, alt_field);
    if (!read.has_value()) {
      return Refuse(reason, alt_field,
                    "The alternative names cannot be read, and so not be "
                    "checked against the name constraints above.");
    }
    candidates = *std::move(read);
  }
  if (!AddSubject(names, subject_field, &candidates)) {
    return Refuse(reason, subject_field,
                  "The subject cannot be read, and so not be checked against "
                  "the name constraints above.");
  }
  size_t subtrees = 0;
  for (const NameConstraints& constraints : above) {
    subtrees += constraints.permitted().size() + constraints.excluded().size();
  }
  if (candidates.size() * subtrees > kMaxNameComparisons) {
    return Refuse(
        reason, alt_field,
        absl::StrCat("There are too many names to check, ", candidates.size(),
                     " against ", subtrees, " name constraints."));
  }
  for (const Candidate& candidate : candidates) {
    for (const NameConstraints& constraints : above) {
      const absl::string_view fault = Fault(candidate, constraints);
      if (fault.empty()) continue;
      return Refuse(
          reason, candidate.field,
          absl::StrCat("The ", NameOf(candidate.form), " ", Show(candidate),
                       " ", fault, " the name constraints of a CA above."));
    }
  }
  return absl::OkStatus();
}

}  // namespace pki
