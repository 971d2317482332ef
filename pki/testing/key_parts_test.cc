// Parts of keys whose parts are known.
#include "pki/testing/key_parts.h"

#include <gmock/gmock.h>

#include "gtest/gtest.h"
#include "pki/crypto/private_key.h"
#include "pki/testing/fixed_key_store.h"

namespace pki {
namespace {

using ::testing::HasSubstr;

TEST(KeyPartsTest, AnEcKeyIsItsNumber) {
  const auto parts = KeyParts(FixedKey(0x01020304).ToPkcs8().value());
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].first, "d");
  EXPECT_EQ(parts[0].second, "\x01\x02\x03\x04");
}

TEST(KeyPartsTest, AnRsaKeyHoldsItsNumbers) {
  const Secret pkcs8 = PrivateKey::Generate(v1::KEY_ALGORITHM_RSA_2048)
                           .value()
                           .ToPkcs8()
                           .value();
  const auto parts = KeyParts(pkcs8);
  EXPECT_EQ(parts.size(), 6u);
  for (const auto& [name, bytes] : parts) {
    SCOPED_TRACE(name);
    EXPECT_GT(bytes.size(), 120u);
    EXPECT_THAT(std::string(Text(pkcs8.Reveal())), HasSubstr(bytes));
  }
}

}  // namespace
}  // namespace pki
