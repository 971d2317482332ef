// Tests that randomness fills what it is given.
#include "pki/crypto/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

TEST(RandomTest, FillsExactlyWhatWasAsked) {
  CryptoEntropy entropy;
  std::array<uint8_t, 66> bytes{};
  ASSERT_THAT(entropy.Fill(bytes.data() + 1, 64), IsOk());
  EXPECT_EQ(bytes.front(), 0);
  EXPECT_EQ(bytes.back(), 0);
  // 64 random bytes hold 20 zeros with a chance below 2^-100.
  EXPECT_LT(std::count(bytes.begin(), bytes.end(), 0), 22);
  EXPECT_THAT(entropy.Fill(nullptr, 0), IsOk());
}

TEST(RandomTest, IdsDiffer) {
  const auto one = RandomId();
  const auto two = RandomId();
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(two, IsOk());
  EXPECT_EQ(one->size(), kRandomIdSize);
  EXPECT_NE(*one, *two);
}

TEST(RandomTest, SecretsDiffer) {
  const auto one = RandomSecret(32);
  const auto two = RandomSecret(32);
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(two, IsOk());
  EXPECT_EQ(one->size(), 32u);
  EXPECT_NE(Text(one->Reveal()), Text(two->Reveal()));
}

}  // namespace
}  // namespace pki
