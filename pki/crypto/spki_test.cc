// The parts of a SubjectPublicKeyInfo, and what is none.
#include "pki/crypto/spki.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

// An AlgorithmIdentifier of an OID and whatever stands behind it, and a key.
constexpr char kGood[] = "3012300a06032a03040201050500030400010203";

Bytes FromHex(absl::string_view hex) { return absl::HexStringToBytes(hex); }

TEST(SpkiTest, HasItsParts) {
  const Bytes der = FromHex(kGood);
  const auto spki = ParseSpki(View(der), "Field");
  ASSERT_THAT(spki, IsOk());
  EXPECT_EQ(Hex(spki->algorithm), "300a06032a03040201050500");
  EXPECT_EQ(Hex(spki->type), "2a0304");
  EXPECT_EQ(Hex(spki->parameters), "0201050500");
  EXPECT_EQ(Hex(spki->key), "010203");
}

TEST(SpkiTest, RefusesWhatIsNone) {
  const auto is_refused = [](const Bytes& der) {
    EXPECT_THAT(ParseSpki(View(der), "Field"),
                IsRefusal(v1::REASON_KEY_MALFORMED, "Field"))
        << Hex(View(der));
  };
  const Bytes good = FromHex(kGood);
  for (size_t size = 0; size < good.size(); ++size) {
    is_refused(good.substr(0, size));
  }
  is_refused(good + '\0');
  for (const char* hex : {
           "300b300506032a030403020180",      // unused bits
           "300a300406022a8303020001",        // an OID that is cut short
           "30083002050003020001",            // no OID
           "300d300506032a0304030200010500",  // something behind the key
       }) {
    is_refused(FromHex(hex));
  }
}

}  // namespace
}  // namespace pki
