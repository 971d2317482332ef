// The table of attribute types.
#include "pki/x509/attribute_type.h"

#include <algorithm>
#include <iterator>

#include "pki/der/oid.h"

namespace pki {
namespace {

// ub-name of RFC 5280, and the bound where no other is defined.
constexpr size_t kUbName = 32768;

// What subjects hold most often stands first.
constexpr AttributeType kTypes[] = {
    {oid::kCommonName, "commonName", der::kUtf8String, 1, 64},
    {oid::kCountry, "countryName", der::kPrintableString, 2, 2},
    {oid::kOrganization, "organizationName", der::kUtf8String, 1, 64},
    {oid::kOrganizationalUnit, "organizationalUnitName", der::kUtf8String, 1,
     64},
    {oid::kState, "stateOrProvinceName", der::kUtf8String, 1, 128},
    {oid::kLocality, "localityName", der::kUtf8String, 1, 128},
    {oid::kSerialNumber, "serialNumber", der::kPrintableString, 1, 64},
    {oid::kDnQualifier, "dnQualifier", der::kPrintableString, 1, kUbName},
    {oid::kTitle, "title", der::kUtf8String, 1, 64},
    {oid::kSurname, "surname", der::kUtf8String, 1, kUbName},
    {oid::kGivenName, "givenName", der::kUtf8String, 1, kUbName},
    {oid::kInitials, "initials", der::kUtf8String, 1, kUbName},
    {oid::kPseudonym, "pseudonym", der::kUtf8String, 1, 128},
    {oid::kGenerationQualifier, "generationQualifier", der::kUtf8String, 1,
     kUbName},
    {oid::kStreet, "streetAddress", der::kUtf8String, 1, 128},
    {oid::kUserId, "userId", der::kUtf8String, 1, 256},
    {oid::kDomainComponent, "domainComponent", der::kIa5String, 1, kUbName},
    {oid::kEmailAddress, "emailAddress", der::kIa5String, 1, 255},
};

}  // namespace

const AttributeType* FindAttributeType(ByteView oid) {
  const auto* const found = std::find_if(
      std::begin(kTypes), std::end(kTypes),
      [oid](const AttributeType& type) { return oid::Same(type.oid, oid); });
  return found == std::end(kTypes) ? nullptr : found;
}

bool IsDirectoryStringTag(der::Tag tag) {
  return tag == der::kUtf8String || tag == der::kPrintableString ||
         tag == der::kTeletexString || tag == der::kBmpString ||
         tag == der::kUniversalString;
}

}  // namespace pki
