// Extensions: what is written is read back, and what is not DER is not read.
#include "pki/x509/extension.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "pki/der/oid.h"

namespace pki {
namespace {

Bytes FromHex(absl::string_view hex) { return absl::HexStringToBytes(hex); }

TEST(ExtensionTest, ReadsWhatItWrites) {
  const Bytes der = EncodeExtension(oid::kKeyUsage, true, View("value"));
  const auto extension = ParseExtension(View(der));
  ASSERT_TRUE(extension.has_value());
  EXPECT_EQ(extension->oid, oid::kKeyUsage);
  EXPECT_TRUE(extension->critical);
  EXPECT_EQ(Text(extension->value), "value");
  EXPECT_EQ(extension->der, View(der));
}

TEST(ExtensionTest, RefusesWhatIsNotDer) {
  for (const char* hex : {
           "300706",                    // cut short
           "300a0603551d0f0101000400",  // FALSE spelt out
           "300a0603551d0f0101010400",  // TRUE is ff
           "30090603551d0f04000500",    // something behind
           "30070603551d0f0500",        // no OCTET STRING
           "30070603551d0f040000",      // bytes behind
       }) {
    EXPECT_FALSE(ParseExtension(View(FromHex(hex))).has_value()) << hex;
  }
}

TEST(ExtensionTest, ReadsLists) {
  EXPECT_FALSE(ParseExtensions(View(FromHex("3000"))).has_value());
  const Bytes one = EncodeExtension(oid::kKeyUsage, false, View("1"));
  const Bytes two = EncodeExtension(oid::kSubjectAltName, false, View("2"));
  const Bytes list =
      FromHex("30") + static_cast<char>(one.size() + two.size()) + one + two;
  const auto extensions = ParseExtensions(View(list));
  ASSERT_TRUE(extensions.has_value());
  ASSERT_EQ(extensions->size(), 2u);
  EXPECT_EQ(FindExtension(*extensions, oid::kSubjectAltName)->der, View(two));
  EXPECT_EQ(FindExtension(*extensions, oid::kBasicConstraints), nullptr);
  EXPECT_EQ(DuplicateExtension(*extensions), std::nullopt);
}

TEST(ExtensionTest, FindsDuplicatesInShortAndLongLists) {
  std::vector<Bytes> oids;
  for (int i = 0; i < 40; ++i) oids.push_back(Bytes(1, static_cast<char>(i)));
  for (const size_t size : {size_t{3}, oids.size()}) {
    std::vector<Extension> extensions(size);
    for (size_t i = 0; i < size; ++i) extensions[i].oid = View(oids[i]);
    EXPECT_EQ(DuplicateExtension(extensions), std::nullopt);
    extensions.push_back(extensions[1]);
    EXPECT_EQ(DuplicateExtension(extensions), View(oids[1]));
  }
}

TEST(ExtensionTest, WritesBasicConstraintsWithoutDefaults) {
  const auto encoded = [](bool ca, std::optional<uint32_t> length) {
    return Hex(View(EncodeBasicConstraints({ca, length})));
  };
  EXPECT_EQ(encoded(false, std::nullopt), "3000");
  EXPECT_EQ(encoded(true, std::nullopt), "30030101ff");
  EXPECT_EQ(encoded(true, 0), "30060101ff020100");
  const auto parsed =
      ParseBasicConstraints(View(EncodeBasicConstraints({true, 3})));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_TRUE(parsed->ca);
  EXPECT_EQ(parsed->path_length, 3u);
  for (const char* hex : {"3003010100", "30060101ff0201ff", "30030101ff00",
                          "300a0101ff02050100000000"}) {
    EXPECT_FALSE(ParseBasicConstraints(View(FromHex(hex))).has_value()) << hex;
  }
}

TEST(ExtensionTest, WritesKeyUsageMinimally) {
  EXPECT_EQ(Hex(View(EncodeKeyUsage(kDigitalSignature))), "03020780");
  // The root certificate in the service's guide has these bytes.
  EXPECT_EQ(
      Hex(View(EncodeKeyUsage(kDigitalSignature | kKeyCertSign | kCrlSign))),
      "03020186");
  EXPECT_EQ(Hex(View(EncodeKeyUsage(kKeyAgreement | kDecipherOnly))),
            "0303070880");
  EXPECT_EQ(Hex(View(EncodeKeyUsage(0))), "030100");
}

TEST(ExtensionTest, ReadsEveryKeyUsage) {
  for (uint16_t bits = 0; bits < 1 << 9; ++bits) {
    const Bytes value = EncodeKeyUsage(bits);
    EXPECT_EQ(ParseKeyUsage(View(value)), bits);
    EXPECT_TRUE(IsMinimalKeyUsage(View(value)));
  }
  for (const char* hex : {
           "030307800000",  // bytes behind
           "0303060040",    // a tenth bit
           "0303068000",    // a tenth bit that is zero
           "030400000080",  // three bytes
           "03020780ff",    // an element cut short behind
           "03020781",      // unused bits that are set
       }) {
    EXPECT_EQ(ParseKeyUsage(View(FromHex(hex))), std::nullopt) << hex;
  }
}

TEST(ExtensionTest, ReadsAKeyUsageWithZeroBitsAtItsEnd) {
  const std::pair<const char*, uint16_t> kValues[] = {
      {"0303070600", kKeyCertSign | kCrlSign},  // nine bits
      {"03020086", kDigitalSignature | kKeyCertSign | kCrlSign},
      {"0303070000", 0},
      {"03020700", 0},
  };
  for (const auto& [hex, bits] : kValues) {
    const Bytes value = FromHex(hex);
    EXPECT_EQ(ParseKeyUsage(View(value)), bits) << hex;
    EXPECT_FALSE(IsMinimalKeyUsage(View(value))) << hex;
  }
}

TEST(ExtensionTest, ReadsExtendedKeyUsage) {
  const ByteView purposes[] = {oid::kServerAuth, oid::kClientAuth};
  const Bytes der = EncodeExtendedKeyUsage(purposes);
  const auto parsed = ParseExtendedKeyUsage(View(der));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(absl::MakeConstSpan(*parsed), absl::MakeConstSpan(purposes));
  EXPECT_FALSE(ParseExtendedKeyUsage(View(FromHex("3000"))).has_value());
}

TEST(ExtensionTest, ReadsKeyIdentifiers) {
  const Bytes id = "0123456789";
  const Bytes subject = EncodeSubjectKeyIdentifier(View(id));
  EXPECT_EQ(ParseSubjectKeyIdentifier(View(subject)), View(id));
  const Bytes authority = EncodeAuthorityKeyIdentifier(View(id));
  const auto parsed = ParseAuthorityKeyIdentifier(View(authority));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->key_identifier, View(id));
  const auto full =
      ParseAuthorityKeyIdentifier(View(FromHex("3008a1038201618201ff")));
  ASSERT_TRUE(full.has_value());
  EXPECT_FALSE(full->key_identifier.has_value());
  for (const char* hex : {
           "3005a103820161",            // an issuer without its serial
           "3005a100820101",            // no name
           "3007a1028200820101",        // an empty name
           "3008a103ffffff820101",      // no names in DER
           "3007a1038201618200",        // an empty serial
           "3009a10382016182020001",    // a padded serial
           "300aa1038201618201010500",  // something behind
       }) {
    EXPECT_FALSE(ParseAuthorityKeyIdentifier(View(FromHex(hex))).has_value())
        << hex;
  }
}

TEST(ExtensionTest, WritesWhereRevocationIsFound) {
  EXPECT_EQ(Hex(View(EncodeCrlDistributionPoint("http://a"))),
            "3010300ea00ca00a8608687474703a2f2f61");
  EXPECT_EQ(Hex(View(EncodeAuthorityInfoAccessOcsp("http://a"))),
            "3016301406082b060105050730018608687474703a2f2f61");
}

}  // namespace
}  // namespace pki
