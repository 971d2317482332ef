// Reading and writing of general names.
#include "pki/x509/general_name.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "pki/der/oid.h"
#include "pki/der/string.h"
#include "pki/der/well_formed.h"
#include "pki/x509/attribute_type.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

constexpr der::Tag kOtherNameValue = der::ContextConstructed(0);
constexpr der::Tag kNameAssigner = der::ContextConstructed(0);
constexpr der::Tag kPartyName = der::ContextConstructed(1);

// The tag of each form, by its number. Constructed where the form is a
// SEQUENCE, and for directoryName, a CHOICE, which makes its tag explicit.
constexpr der::Tag kTags[] = {
    der::ContextConstructed(0),
    der::Context(1),
    der::Context(2),
    der::ContextConstructed(3),
    der::ContextConstructed(4),
    der::ContextConstructed(5),
    der::Context(6),
    der::Context(7),
    der::Context(8),
};

der::Tag TagOf(GeneralNameForm form) {
  return kTags[static_cast<size_t>(form)];
}

bool ReadOtherName(ByteView contents, GeneralName* name) {
  der::Reader fields(contents);
  der::Reader value;
  return fields.ReadOid(&name->type_id) &&
         fields.Read(kOtherNameValue, &value) && fields.empty() &&
         value.ReadAnyElement(&name->value) && value.empty() &&
         der::IsWellFormed(name->value);
}

// A DirectoryString in an explicit tag.
bool IsDirectoryString(der::Reader reader) {
  der::Tag tag = 0;
  ByteView text;
  return reader.ReadAny(&tag, &text) && reader.empty() && !text.empty() &&
         IsDirectoryStringTag(tag) && der::IsStringOf(tag, text) &&
         !HasControl(Attribute{ByteView(), tag, text});
}

bool IsEdiPartyName(ByteView contents) {
  der::Reader fields(contents);
  der::Reader assigner;
  der::Reader party;
  return (!fields.NextIs(kNameAssigner) ||
          (fields.Read(kNameAssigner, &assigner) &&
           IsDirectoryString(assigner))) &&
         fields.Read(kPartyName, &party) && IsDirectoryString(party) &&
         fields.empty();
}

// Walks over GeneralNames; false when it is not one.
template <typename Visit>
bool Walk(ByteView der, der::Tag tag, Visit&& visit) {
  der::Reader outer(der);
  der::Reader names;
  if (!outer.Read(tag, &names) || !outer.empty() || names.empty()) {
    return false;
  }
  while (!names.empty()) {
    GeneralName name;
    if (!ReadGeneralName(&names, &name) || IsEmpty(name)) return false;
    visit(name);
  }
  return true;
}

}  // namespace

bool ReadGeneralName(der::Reader* reader, GeneralName* name) {
  der::Tag tag = 0;
  ByteView contents;
  if (!reader->ReadAny(&tag, &contents)) return false;
  const auto* const found = std::find(std::begin(kTags), std::end(kTags), tag);
  if (found == std::end(kTags)) return false;
  name->form = static_cast<GeneralNameForm>(found - kTags);
  name->value = contents;
  name->type_id = ByteView();
  switch (name->form) {
    case GeneralNameForm::kOtherName:
      return ReadOtherName(contents, name);
    case GeneralNameForm::kRfc822Name:
    case GeneralNameForm::kDnsName:
    case GeneralNameForm::kUri:
      return IsTextOf(name->form, contents);
    case GeneralNameForm::kX400Address:
      return der::IsWellFormed(contents);
    case GeneralNameForm::kDirectoryName:
      return IsName(contents);
    case GeneralNameForm::kEdiPartyName:
      return IsEdiPartyName(contents);
    case GeneralNameForm::kIpAddress:
      return contents.size() == 4 || contents.size() == 16;
    case GeneralNameForm::kRegisteredId:
      return oid::IsWellFormed(contents);
  }
  return false;
}

bool IsTextOf(GeneralNameForm form, ByteView text) {
  return der::IsIa5(text) && !der::HasControl(text) &&
         (form != GeneralNameForm::kDnsName ||
          !absl::StrContains(Text(text), ' '));
}

bool IsEmpty(const GeneralName& name) {
  switch (name.form) {
    case GeneralNameForm::kRfc822Name:
    case GeneralNameForm::kDnsName:
    case GeneralNameForm::kUri:
      return name.value.empty();
    case GeneralNameForm::kDirectoryName:
      return IsEmptyName(name.value);
    default:
      return false;
  }
}

std::optional<std::vector<GeneralName>> ParseGeneralNames(ByteView der) {
  std::vector<GeneralName> names;
  const auto keep = [&](const GeneralName& name) { names.push_back(name); };
  if (!Walk(der, der::kSequence, keep)) return std::nullopt;
  return names;
}

bool IsGeneralNames(ByteView der, der::Tag tag) {
  return Walk(der, tag, [](const GeneralName&) {});
}

void AddGeneralName(const GeneralName& name, der::Writer& writer) {
  if (name.form != GeneralNameForm::kOtherName) {
    writer.AddBytes(TagOf(name.form), name.value);
    return;
  }
  writer.Add(TagOf(name.form), [&](der::Writer& fields) {
    fields.AddOid(name.type_id);
    fields.AddBytes(kOtherNameValue, name.value);
  });
}

Bytes EncodeGeneralNames(absl::Span<const GeneralName> names) {
  der::Writer writer;
  writer.Add(der::kSequence, [&](der::Writer& list) {
    for (const GeneralName& name : names) AddGeneralName(name, list);
  });
  return writer.Finish();
}

Bytes EncodeEdiPartyName(std::optional<absl::string_view> name_assigner,
                         absl::string_view party_name) {
  der::Writer writer;
  const auto add = [&](der::Tag tag, absl::string_view text) {
    writer.Add(tag, [&](der::Writer& choice) {
      choice.AddText(der::kUtf8String, text);
    });
  };
  if (name_assigner.has_value()) add(kNameAssigner, *name_assigner);
  add(kPartyName, party_name);
  return writer.Finish();
}

}  // namespace pki
