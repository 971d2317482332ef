// Dotted OIDs there and back.
#include "pki/der/oid.h"

#include "gtest/gtest.h"

namespace pki::oid {
namespace {

TEST(OidTest, ShowsTheDottedForm) {
  EXPECT_EQ(ToText(kSubjectAltName), "2.5.29.17");
  EXPECT_EQ(ToText(kEmailAddress), "1.2.840.113549.1.9.1");
  EXPECT_EQ(ToText(kDomainComponent), "0.9.2342.19200300.100.1.25");
  EXPECT_EQ(ToText(kOcspNoCheck), "1.3.6.1.5.5.7.48.1.5");
}

TEST(OidTest, ShowsAnyOidWithinBounds) {
  EXPECT_EQ(Show(kSubjectAltName), "2.5.29.17");
  // An arc of 65 bits: 2.25 is where UUIDs are registered.
  const Bytes wide = "\x69\x82" + Bytes(8, '\x80') + Bytes(1, '\0');
  EXPECT_TRUE(IsWellFormed(View(wide)));
  EXPECT_EQ(ToText(View(wide)), "");
  EXPECT_EQ(Show(View(wide)), "0x6982808080808080808000");
  EXPECT_EQ(Show(View(Bytes(63, '\1'))).size(), 127u);
  for (const Bytes& longer : {Bytes(64, '\1'), wide + Bytes(1000, '\1')}) {
    const std::string shown = Show(View(longer));
    EXPECT_EQ(shown.size(), 131u);
    EXPECT_EQ(shown.substr(128), "...");
  }
}

TEST(OidTest, ReadsTheDottedForm) {
  for (const ByteView oid : {kCommonName, kServerAuth, kUserId, kRpkiNotify}) {
    const auto octets = FromText(ToText(oid));
    ASSERT_TRUE(octets.has_value());
    EXPECT_EQ(View(*octets), oid);
  }
}

TEST(OidTest, RefusesWhatIsNoOid) {
  for (const char* text : {"", "1", "3.1", "1.40", "1.2.", ".1.2", "1..2",
                           "1.2.x", "1.2.18446744073709551616", "1.2.03"}) {
    EXPECT_FALSE(FromText(text).has_value()) << text;
  }
}

TEST(OidTest, ShowsNothingForMalformedOctets) {
  constexpr uint8_t kUnfinished[] = {0x55, 0x9d};
  EXPECT_EQ(ToText(kUnfinished), "");
}

}  // namespace
}  // namespace pki::oid
