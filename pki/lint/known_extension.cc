// The table of known extensions, and a reader for each type of value. A reader
// takes one item off; it does not look at what follows.
#include "pki/lint/known_extension.h"

#include <algorithm>
#include <iterator>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "pki/der/oid.h"
#include "pki/der/reader.h"
#include "pki/der/string.h"
#include "pki/der/well_formed.h"
#include "pki/x509/general_name.h"
#include "pki/x509/name.h"
#include "pki/x509/name_constraints.h"

namespace pki {
namespace {

using ItemReader = bool (*)(der::Reader* reader);

// One element with what `read` reads, and nothing else.
bool ReadInside(der::Reader* reader, der::Tag tag, ItemReader read) {
  der::Reader fields;
  return reader->Read(tag, &fields) && read(&fields) && fields.empty();
}

// One element with at least one item.
bool ReadList(der::Reader* reader, der::Tag tag, ItemReader read_item) {
  der::Reader list;
  if (!reader->Read(tag, &list) || list.empty()) return false;
  while (!list.empty()) {
    if (!read_item(&list)) return false;
  }
  return true;
}

// True also where the next element has another tag.
bool ReadOptionalList(der::Reader* reader, der::Tag tag, ItemReader read_item) {
  return !reader->NextIs(tag) || ReadList(reader, tag, read_item);
}

bool ReadOid(der::Reader* reader) {
  ByteView octets;
  return reader->ReadOid(&octets);
}

bool ReadAnyValue(der::Reader* reader) {
  ByteView element;
  return reader->ReadAnyElement(&element) && der::IsWellFormed(element);
}

// INTEGER (0..MAX), which both have that limit policies.
bool ReadSkipCerts(der::Reader* reader, der::Tag tag) {
  ByteView octets;
  return reader->ReadInteger(&octets, tag) && (octets[0] & 0x80) == 0;
}

// Section 4.2.1.14.
bool ReadInhibitAnyPolicy(der::Reader* reader) {
  return ReadSkipCerts(reader, der::kInteger);
}

// RFC 6960 section 4.2.2.2.1.
bool ReadNull(der::Reader* reader) {
  ByteView contents;
  return reader->Read(der::kNull, &contents) && contents.empty();
}

bool HasControl(ByteView directory_name) {
  const auto attributes = ParseName(directory_name);
  return !attributes.has_value() ||
         std::any_of(
             attributes->begin(), attributes->end(),
             [](const Attribute& attribute) { return HasControl(attribute); });
}

bool ReadName(der::Reader* reader) {
  GeneralName name;
  return ReadGeneralName(reader, &name) && !IsEmpty(name) &&
         name.form != GeneralNameForm::kX400Address &&
         (name.form != GeneralNameForm::kDirectoryName ||
          !HasControl(name.value));
}

// Section 4.2.1.8: Attribute.
bool ReadAttribute(der::Reader* reader) {
  return ReadInside(reader, der::kSequence, [](der::Reader* fields) {
    return ReadOid(fields) && ReadList(fields, der::kSet, ReadAnyValue);
  });
}

// Section 4.2.1.4: PolicyQualifierInfo.
bool ReadQualifier(der::Reader* reader) {
  return ReadInside(reader, der::kSequence, [](der::Reader* fields) {
    ByteView type;
    ByteView uri;
    if (!fields->ReadOid(&type)) return false;
    if (type != oid::kCpsQualifier) return ReadAnyValue(fields);
    return fields->Read(der::kIa5String, &uri) && der::IsIa5(uri) &&
           !der::HasControl(uri);
  });
}

// Section 4.2.1.4: PolicyInformation.
bool ReadPolicy(der::Reader* reader, ByteView* policy) {
  der::Reader fields;
  return reader->Read(der::kSequence, &fields) && fields.ReadOid(policy) &&
         ReadOptionalList(&fields, der::kSequence, ReadQualifier) &&
         fields.empty();
}

// Section 4.2.1.5: a policy of the issuer and one of the subject, of which
// neither is every policy.
bool ReadMapping(der::Reader* reader) {
  return ReadInside(reader, der::kSequence, [](der::Reader* fields) {
    ByteView issuers;
    ByteView subjects;
    return fields->ReadOid(&issuers) && fields->ReadOid(&subjects) &&
           issuers != oid::kAnyPolicy && subjects != oid::kAnyPolicy;
  });
}

// Section 4.2.1.11: PolicyConstraints.
bool ReadPolicyConstraints(der::Reader* reader) {
  return ReadInside(reader, der::kSequence, [](der::Reader* fields) {
    constexpr der::Tag kRequireExplicit = der::Context(0);
    constexpr der::Tag kInhibitMapping = der::Context(1);
    return !fields->empty() &&
           (!fields->NextIs(kRequireExplicit) ||
            ReadSkipCerts(fields, kRequireExplicit)) &&
           (!fields->NextIs(kInhibitMapping) ||
            ReadSkipCerts(fields, kInhibitMapping));
  });
}

// An attribute of a name (section 4.1.2.4).
bool ReadTypeAndValue(der::Reader* reader) {
  return ReadInside(reader, der::kSequence, [](der::Reader* fields) {
    return ReadOid(fields) && ReadAnyValue(fields);
  });
}

// Section 4.2.1.13: DistributionPointName.
bool ReadPointName(der::Reader* reader) {
  constexpr der::Tag kFullName = der::ContextConstructed(0);
  constexpr der::Tag kRelativeToIssuer = der::ContextConstructed(1);
  return reader->NextIs(kFullName)
             ? ReadList(reader, kFullName, ReadName)
             : ReadList(reader, kRelativeToIssuer, ReadTypeAndValue);
}

// Section 4.2.1.13: DistributionPoint.
bool ReadPoint(der::Reader* reader) {
  return ReadInside(reader, der::kSequence, [](der::Reader* fields) {
    constexpr der::Tag kName = der::ContextConstructed(0);
    constexpr der::Tag kReasons = der::Context(1);
    constexpr der::Tag kIssuer = der::ContextConstructed(2);
    const bool has_name = fields->NextIs(kName);
    if (has_name && !ReadInside(fields, kName, ReadPointName)) return false;
    ByteView bits;
    int unused_bits = 0;
    if (fields->NextIs(kReasons) &&
        !fields->ReadBitString(&bits, &unused_bits, kReasons)) {
      return false;
    }
    return (has_name || fields->NextIs(kIssuer)) &&
           ReadOptionalList(fields, kIssuer, ReadName);
  });
}

// Section 4.2.2.1: AccessDescription.
bool ReadAccess(der::Reader* reader) {
  return ReadInside(reader, der::kSequence, [](der::Reader* fields) {
    return ReadOid(fields) && ReadName(fields);
  });
}

// True when the value is one item.
template <ItemReader read>
bool Is(ByteView value) {
  der::Reader reader(value);
  return read(&reader) && reader.empty();
}

// True when the value is a SEQUENCE of at least one item.
template <ItemReader read_item>
bool IsListOf(ByteView value) {
  der::Reader reader(value);
  return ReadList(&reader, der::kSequence, read_item) && reader.empty();
}

// Section 4.2.1.4: no policy stands twice.
bool IsCertificatePolicies(ByteView value) {
  der::Reader outer(value);
  der::Reader list;
  if (!outer.Read(der::kSequence, &list) || !outer.empty() || list.empty()) {
    return false;
  }
  absl::flat_hash_set<absl::string_view> seen;
  while (!list.empty()) {
    ByteView policy;
    if (!ReadPolicy(&list, &policy) || !seen.insert(Text(policy)).second) {
      return false;
    }
  }
  return true;
}

bool IsNameConstraints(ByteView value) {
  return ParseNameConstraints(value).has_value();
}

constexpr KnownExtension kKnownExtensions[] = {
    {oid::kBasicConstraints, Criticality::kFree, nullptr},
    {oid::kAuthorityKeyIdentifier, Criticality::kMustBeClear, nullptr},
    {oid::kSubjectKeyIdentifier, Criticality::kMustBeClear, nullptr},
    {oid::kKeyUsage, Criticality::kShouldBeSet, nullptr},
    {oid::kExtendedKeyUsage, Criticality::kFree, nullptr},
    {oid::kSubjectAltName, Criticality::kFree, nullptr},
    {oid::kCrlDistributionPoints, Criticality::kShouldBeClear,
     IsListOf<ReadPoint>},
    {oid::kAuthorityInfoAccess, Criticality::kMustBeClear,
     IsListOf<ReadAccess>},
    {oid::kCertificatePolicies, Criticality::kFree, IsCertificatePolicies},
    {oid::kNameConstraints, Criticality::kMustBeSet, IsNameConstraints},
    {oid::kPolicyMappings, Criticality::kShouldBeSet, IsListOf<ReadMapping>},
    // A MUST there, but the service refuses to import one that is critical.
    {oid::kPolicyConstraints, Criticality::kShouldBeSet,
     Is<ReadPolicyConstraints>},
    {oid::kInhibitAnyPolicy, Criticality::kMustBeSet, Is<ReadInhibitAnyPolicy>},
    {oid::kIssuerAltName, Criticality::kShouldBeClear, IsListOf<ReadName>},
    {oid::kSubjectDirectoryAttributes, Criticality::kMustBeClear,
     IsListOf<ReadAttribute>},
    {oid::kSubjectInfoAccess, Criticality::kMustBeClear, IsListOf<ReadAccess>},
    {oid::kFreshestCrl, Criticality::kMustBeClear, IsListOf<ReadPoint>},
    {oid::kOcspNoCheck, Criticality::kShouldBeClear, Is<ReadNull>},
};

}  // namespace

const KnownExtension* FindKnownExtension(ByteView oid) {
  const auto* const found =
      std::find_if(std::begin(kKnownExtensions), std::end(kKnownExtensions),
                   [oid](const KnownExtension& extension) {
                     return oid::Same(extension.oid, oid);
                   });
  return found == std::end(kKnownExtensions) ? nullptr : found;
}

bool IsSubjectAltName(ByteView value) { return IsListOf<ReadName>(value); }

}  // namespace pki
