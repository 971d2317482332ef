// Reading, showing and writing of distinguished names.
#include "pki/x509/name.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "pki/der/oid.h"
#include "pki/der/string.h"
#include "pki/der/writer.h"

namespace pki {
namespace {

// Calls visit(Attribute) for every attribute in order; false when `name` is not
// a Name.
template <typename Visit>
bool Walk(ByteView name, Visit&& visit) {
  der::Reader outer(name);
  der::Reader rdns;
  if (!outer.Read(der::kSequence, &rdns) || !outer.empty()) return false;
  while (!rdns.empty()) {
    der::Reader rdn;
    if (!rdns.Read(der::kSet, &rdn) || rdn.empty()) return false;
    ByteView previous;
    bool first = true;
    while (!rdn.empty()) {
      ByteView element;
      if (!rdn.ReadElement(der::kSequence, &element)) return false;
      // A SET OF is sorted (X.690 section 11.6).
      if (!first && Text(element) < Text(previous)) return false;
      der::Reader whole(element);
      der::Reader fields;
      Attribute attribute;
      if (!whole.Read(der::kSequence, &fields) ||
          !fields.ReadOid(&attribute.type) ||
          !fields.ReadAny(&attribute.tag, &attribute.value) ||
          !fields.empty() || !der::IsStringOf(attribute.tag, attribute.value)) {
        return false;
      }
      attribute.joins_previous = !first;
      visit(attribute);
      previous = element;
      first = false;
    }
  }
  return true;
}

// RFC 2253 section 2.4, which lets others be escaped too: the service escapes
// "=" and "#" everywhere.
std::string Escape(absl::string_view text) {
  constexpr absl::string_view kSpecial = ",=+<>#;\"\\";
  const size_t first = text.find_first_not_of(' ');
  const size_t last = text.find_last_not_of(' ');
  std::string escaped;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool edge_space =
        c == ' ' && (first == text.npos || i < first || i > last);
    if (edge_space || kSpecial.find(c) != kSpecial.npos) escaped += '\\';
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      absl::StrAppend(&escaped, "\\",
                      absl::Hex(static_cast<uint8_t>(c), absl::kZeroPad2));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// RFC 2253 section 2.3.
absl::string_view ShortName(ByteView type) {
  static constexpr std::pair<ByteView, absl::string_view> kShortNames[] = {
      {oid::kCountry, "C"},
      {oid::kState, "ST"},
      {oid::kLocality, "L"},
      {oid::kOrganization, "O"},
      {oid::kOrganizationalUnit, "OU"},
      {oid::kCommonName, "CN"},
      {oid::kStreet, "STREET"},
      {oid::kDomainComponent, "DC"},
      {oid::kUserId, "UID"},
  };
  for (const auto& [known, name] : kShortNames) {
    if (type == known) return name;
  }
  return "";
}

std::string ShowAttribute(const Attribute& attribute) {
  const absl::string_view name = ShortName(attribute.type);
  const auto text = AttributeText(attribute);
  if (!name.empty() && text.has_value()) {
    return absl::StrCat(name, "=", Escape(*text));
  }
  der::Writer writer(attribute.value.size() + 8);
  writer.AddBytes(attribute.tag, attribute.value);
  return absl::StrCat(oid::Show(attribute.type), "=#",
                      Hex(View(writer.Finish())));
}

}  // namespace

std::optional<AttributeList> ParseName(ByteView name) {
  AttributeList attributes;
  if (!Walk(name, [&](const Attribute& attribute) {
        attributes.push_back(attribute);
      })) {
    return std::nullopt;
  }
  return attributes;
}

bool IsName(ByteView name) {
  return Walk(name, [](const Attribute&) {});
}

bool IsEmptyName(ByteView name) {
  der::Reader outer(name);
  der::Reader rdns;
  return outer.Read(der::kSequence, &rdns) && rdns.empty() && outer.empty();
}

std::optional<std::string> AttributeText(const Attribute& attribute) {
  return der::ToUtf8(attribute.tag, attribute.value);
}

bool HasControl(const Attribute& attribute) {
  if (attribute.tag != der::kBmpString &&
      attribute.tag != der::kUniversalString) {
    return der::HasControl(attribute.value);
  }
  const auto text = AttributeText(attribute);
  return text.has_value() && der::HasControl(View(*text));
}

std::string NameToRfc2253(ByteView name) {
  std::vector<std::string> rdns;
  Walk(name, [&](const Attribute& attribute) {
    if (attribute.joins_previous) {
      absl::StrAppend(&rdns.back(), "+", ShowAttribute(attribute));
    } else {
      rdns.push_back(ShowAttribute(attribute));
    }
  });
  std::string shown;
  for (auto rdn = rdns.rbegin(); rdn != rdns.rend(); ++rdn) {
    absl::StrAppend(&shown, shown.empty() ? "" : ",", *rdn);
  }
  return shown;
}

Bytes EncodeName(absl::Span<const NewAttribute> attributes) {
  der::Writer writer;
  writer.Add(der::kSequence, [&](der::Writer& rdns) {
    for (const NewAttribute& attribute : attributes) {
      rdns.Add(der::kSet, [&](der::Writer& rdn) {
        rdn.Add(der::kSequence, [&](der::Writer& fields) {
          fields.AddOid(attribute.type);
          fields.AddText(attribute.tag, attribute.value);
        });
      });
    }
  });
  return writer.Finish();
}

}  // namespace pki
