// DER of unknown type: what is, what is not, and how deep.
#include "pki/der/well_formed.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace pki::der {
namespace {

bool IsWellFormedHex(absl::string_view hex) {
  return IsWellFormed(View(absl::HexStringToBytes(hex)));
}

TEST(WellFormedTest, KnowsElementsOfAnyType) {
  for (const char* hex : {
           "",              // nothing
           "05000101ff",    // two elements
           "3000",          // empty
           "30030c0161",    // a string in a SEQUENCE
           "a0028000",      // of a class whose contents are not known
           "0401ff",        // an OCTET STRING holds any octets
           "2800",          // EXTERNAL
           "0a0105",        // ENUMERATED
           "1e020061",      // BMPString
           "1c0400000061",  // UniversalString
           "bf8148020500",  // a tag of two octets
       }) {
    EXPECT_TRUE(IsWellFormedHex(hex)) << hex;
  }
}

TEST(WellFormedTest, RefusesWhatIsNotDer) {
  const std::pair<const char*, const char*> kBad[] = {
      {"no element", "ffff"},
      {"no element within", "3003ffffff"},
      {"no element in an explicit tag", "a0020c05"},
      {"an element cut short below", "3103300105"},
      {"an indefinite length", "30800000"},
      {"a length that is not minimal", "3081020500"},
      {"a constructed string", "2403040161"},
      {"a primitive SEQUENCE", "1000"},
      {"a BOOLEAN of another value", "010101"},
      {"a padded INTEGER", "02020001"},
      {"a padded ENUMERATED", "0a020001"},
      {"half a character of a BMPString", "1e03006100"},
      {"half a character of a UniversalString", "1c06000000610000"},
      {"unused bits that are set", "03020101"},
      {"a NULL with contents", "050100"},
      {"an OID that does not end", "06012a060181"},
  };
  for (const auto& [what, hex] : kBad) {
    EXPECT_FALSE(IsWellFormedHex(hex)) << what;
  }
}

TEST(WellFormedTest, GoesDownToItsDepthAndNoFurther) {
  // 62 SEQUENCEs, one in another.
  Bytes der = absl::HexStringToBytes("3000");
  for (char size = 2; size < 124; size += 2) {
    der.insert(0, Bytes({'\x30', size}));
  }
  EXPECT_TRUE(IsWellFormed(View(der), 62));
  EXPECT_FALSE(IsWellFormed(View(der), 61));
  EXPECT_FALSE(IsWellFormed(View(der)));
  EXPECT_TRUE(IsWellFormed(View(der.substr(der.size() - 32))));
  EXPECT_FALSE(IsWellFormed(View(der.substr(der.size() - 34))));
}

TEST(WellFormedTest, CountsElements) {
  const Bytes null = absl::HexStringToBytes("0500");
  EXPECT_TRUE(IsOneElement(View(null)));
  EXPECT_FALSE(IsOneElement(View(null + null)));
  EXPECT_FALSE(IsOneElement(ByteView()));
  EXPECT_FALSE(IsOneElement(View("0")));
}

}  // namespace
}  // namespace pki::der
