// The table of attribute types, row by row as the standards print it.
#include "pki/x509/attribute_type.h"

#include <gtest/gtest.h>

#include <string>

#include "pki/der/oid.h"
#include "pki/der/tag.h"

namespace pki {
namespace {

struct Row {
  const char* oid;
  const char* name;
  der::Tag tag;
  size_t max_length;
};

// RFC 5280 appendix A.1; X.520 for streetAddress, RFC 4519 and RFC 1274 for
// userId.
constexpr Row kRows[] = {
    {"2.5.4.3", "commonName", der::kUtf8String, 64},
    {"2.5.4.4", "surname", der::kUtf8String, 32768},
    {"2.5.4.5", "serialNumber", der::kPrintableString, 64},
    {"2.5.4.6", "countryName", der::kPrintableString, 2},
    {"2.5.4.7", "localityName", der::kUtf8String, 128},
    {"2.5.4.8", "stateOrProvinceName", der::kUtf8String, 128},
    {"2.5.4.9", "streetAddress", der::kUtf8String, 128},
    {"2.5.4.10", "organizationName", der::kUtf8String, 64},
    {"2.5.4.11", "organizationalUnitName", der::kUtf8String, 64},
    {"2.5.4.12", "title", der::kUtf8String, 64},
    {"2.5.4.42", "givenName", der::kUtf8String, 32768},
    {"2.5.4.43", "initials", der::kUtf8String, 32768},
    {"2.5.4.44", "generationQualifier", der::kUtf8String, 32768},
    {"2.5.4.46", "dnQualifier", der::kPrintableString, 32768},
    {"2.5.4.65", "pseudonym", der::kUtf8String, 128},
    {"0.9.2342.19200300.100.1.1", "userId", der::kUtf8String, 256},
    {"0.9.2342.19200300.100.1.25", "domainComponent", der::kIa5String, 32768},
    {"1.2.840.113549.1.9.1", "emailAddress", der::kIa5String, 255},
};

TEST(AttributeTypeTest, IsAsTheStandardsSay) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    const auto octets = oid::FromText(row.oid);
    ASSERT_TRUE(octets.has_value());
    const AttributeType* type = FindAttributeType(View(*octets));
    ASSERT_NE(type, nullptr);
    EXPECT_EQ(type->name, row.name);
    EXPECT_EQ(type->tag, row.tag);
    EXPECT_EQ(type->min_length, row.max_length == 2 ? 2U : 1U);
    EXPECT_EQ(type->max_length, row.max_length);
  }
}

TEST(AttributeTypeTest, KnowsNothingOfOthers) {
  EXPECT_EQ(FindAttributeType(View("\x2a\x03")), nullptr);
  EXPECT_EQ(FindAttributeType(ByteView()), nullptr);
}

TEST(AttributeTypeTest, ADirectoryStringIsOneOfFive) {
  for (const der::Tag tag :
       {der::kUtf8String, der::kPrintableString, der::kTeletexString,
        der::kBmpString, der::kUniversalString}) {
    EXPECT_TRUE(IsDirectoryStringTag(tag));
  }
  EXPECT_FALSE(IsDirectoryStringTag(der::kIa5String));
  EXPECT_FALSE(IsDirectoryStringTag(der::kOctetString));
}

}  // namespace
}  // namespace pki
