// Names: order, types, and how they are shown.
#include "pki/x509/name.h"

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"

namespace pki {
namespace {

Bytes FromHex(absl::string_view hex) { return absl::HexStringToBytes(hex); }

TEST(NameTest, ReadsWhatItWrites) {
  const Bytes name =
      EncodeName({{oid::kCountry, der::kPrintableString, "US"},
                  {oid::kCommonName, der::kUtf8String, "caf\xc3\xa9"}});
  const auto attributes = ParseName(View(name));
  ASSERT_TRUE(attributes.has_value());
  ASSERT_EQ(attributes->size(), 2u);
  EXPECT_EQ((*attributes)[0].type, oid::kCountry);
  EXPECT_EQ((*attributes)[0].tag, der::kPrintableString);
  EXPECT_EQ(AttributeText((*attributes)[1]), "caf\xc3\xa9");
  EXPECT_FALSE((*attributes)[1].joins_previous);
  EXPECT_TRUE(IsName(View(name)));
  EXPECT_FALSE(IsEmptyName(View(name)));
}

TEST(NameTest, KnowsTheEmptyName) {
  const Bytes empty = EncodeName({});
  EXPECT_TRUE(IsEmptyName(View(empty)));
  EXPECT_TRUE(IsName(View(empty)));
  EXPECT_EQ(NameToRfc2253(View(empty)), "");
}

TEST(NameTest, RefusesWhatIsNoName) {
  for (const char* hex : {
           "",                                // nothing
           "30023100",                        // an empty RDN
           "300a3108300606035504030c01",      // cut short
           "300b3109300706035504030c0161ff",  // something behind
           "300b3109300706035504030c01ff",    // not UTF-8
           "300b3109300706035504031301"
           "40",                            // '@' in a PrintableString
           "3081093107300506035504030500",  // a length that is not DER
       }) {
    EXPECT_FALSE(IsName(View(FromHex(hex)))) << hex;
    EXPECT_FALSE(ParseName(View(FromHex(hex))).has_value()) << hex;
  }
}

TEST(NameTest, ReadsRdnsOfSeveralAttributesInTheirOrderOnly) {
  const std::string first = "300806035504030c0161";
  const std::string second = "3008060355040a0c0162";
  EXPECT_TRUE(IsName(View(FromHex("30163114" + first + second))));
  EXPECT_EQ(NameToRfc2253(View(FromHex("30163114" + first + second))),
            "CN=a+O=b");
  EXPECT_FALSE(IsName(View(FromHex("30163114" + second + first))));
}

TEST(NameTest, FindsControlCharactersOfAnyStringType) {
  const auto has = [](der::Tag tag, absl::string_view value) {
    return HasControl(Attribute{oid::kCommonName, tag, View(value)});
  };
  EXPECT_FALSE(has(der::kUtf8String, "caf\xc3\xa9"));
  EXPECT_TRUE(has(der::kUtf8String, absl::string_view("a\0b", 3)));
  EXPECT_TRUE(has(der::kIa5String, "a\nb"));
  EXPECT_TRUE(has(der::kTeletexString, "\x7f"));
  EXPECT_FALSE(has(der::kBmpString, absl::string_view("\0a\1\x0a", 4)));
  EXPECT_TRUE(has(der::kBmpString, absl::string_view("\0a\0\x0a", 4)));
  EXPECT_TRUE(has(der::kUniversalString, absl::string_view("\0\0\0\0", 4)));
}

TEST(NameTest, ShowsRfc2253LastRdnFirst) {
  const Bytes name =
      EncodeName({{oid::kCountry, der::kPrintableString, "US"},
                  {oid::kOrganization, der::kUtf8String, "a, b"},
                  {oid::kSerialNumber, der::kPrintableString, "1"},
                  {oid::kCommonName, der::kUtf8String, " #x "}});
  EXPECT_EQ(NameToRfc2253(View(name)),
            "CN=\\ \\#x\\ ,2.5.4.5=#130131,O=a\\, b,C=US");
}

}  // namespace
}  // namespace pki
