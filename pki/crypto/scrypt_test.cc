// Vectors of RFC 7914, and what parameters are refused.
#include "pki/crypto/scrypt.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

v1::ScryptParameters Parameters(const std::string& salt, uint32_t log2_n,
                                uint32_t r, uint32_t p) {
  v1::ScryptParameters parameters;
  parameters.set_salt(salt);
  parameters.set_log2_n(log2_n);
  parameters.set_r(r);
  parameters.set_p(p);
  return parameters;
}

// Section 12, but for the vector that takes a gigabyte.
TEST(ScryptTest, GivesTheVectorsOfTheRfc) {
  const struct {
    const char* passphrase;
    v1::ScryptParameters parameters;
    const char* key;  // hexadecimal
  } kVectors[] = {
      {"", Parameters("", 4, 1, 1),
       "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
       "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"},
      {"password", Parameters("NaCl", 10, 8, 16),
       "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
       "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"},
      {"pleaseletmein", Parameters("SodiumChloride", 14, 8, 1),
       "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
       "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"},
  };
  for (const auto& vector : kVectors) {
    const std::string expected = absl::HexStringToBytes(vector.key);
    const auto key = Scrypt(Secret(View(vector.passphrase)), vector.parameters,
                            expected.size());
    ASSERT_THAT(key, IsOk());
    EXPECT_EQ(Text(key->Reveal()), expected) << vector.passphrase;
  }
}

TEST(ScryptTest, NewParametersWorkAndHaveASaltOfTheirOwn) {
  const auto one = NewScryptParameters();
  const auto two = NewScryptParameters();
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(two, IsOk());
  EXPECT_NE(one->salt(), two->salt());
  const Secret passphrase(View("passphrase"));
  const auto key = Scrypt(passphrase, *one, 32);
  ASSERT_THAT(key, IsOk());
  const auto again = Scrypt(passphrase, *one, 32);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(Text(key->Reveal()), Text(again->Reveal()));
  const auto other = Scrypt(passphrase, *two, 32);
  ASSERT_THAT(other, IsOk());
  EXPECT_NE(Text(key->Reveal()), Text(other->Reveal()));
}

TEST(ScryptTest, RefusesWhatCostsTooMuchOrIsNotAllowed) {
  constexpr uint32_t kHuge = UINT32_MAX;
  for (const auto& parameters :
       {Parameters("s", 0, 8, 1), Parameters("s", 15, 0, 1),
        Parameters("s", 15, 8, 0), Parameters("s", 22, 1, 1),
        Parameters("s", 19, 8, 1), Parameters("s", 1, 1 << 21, 1),
        Parameters("s", 15, 8, 17), Parameters("s", kHuge, 8, 1),
        Parameters("s", 15, kHuge, 1), Parameters("s", 15, 8, kHuge),
        Parameters("s", 64, 8, 1), Parameters("s", 63, 2, 1)}) {
    EXPECT_THAT(Scrypt(Secret(View("p")), parameters, 32),
                IsRefusal(v1::REASON_SCRYPT_PARAMETERS))
        << parameters.ShortDebugString();
  }
}

TEST(ScryptTest, BearsTheBoundItself) {
  EXPECT_THAT(Scrypt(Secret(View("p")), Parameters("s", 18, 8, 1), 32), IsOk());
  EXPECT_THAT(Scrypt(Secret(View("p")), Parameters("s", 15, 1, 16), 32),
              IsOk());
}

}  // namespace
}  // namespace pki
