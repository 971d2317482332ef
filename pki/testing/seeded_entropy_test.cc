// Tests of repeatable randomness.
#include "pki/testing/seeded_entropy.h"

#include <gtest/gtest.h>

#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

Bytes Take(SeededEntropy& entropy, size_t size) {
  Bytes bytes(size, '\0');
  EXPECT_THAT(entropy.Fill(reinterpret_cast<uint8_t*>(&bytes[0]), size),
              IsOk());
  return bytes;
}

TEST(SeededEntropyTest, SameSeedSameStreamInAnyPortions) {
  SeededEntropy whole("seed");
  SeededEntropy parts("seed");
  Bytes joined;
  for (const size_t size : {0, 1, 40, 59}) joined += Take(parts, size);
  EXPECT_EQ(joined, Take(whole, 100));
}

TEST(SeededEntropyTest, OtherSeedsAndLaterBytesDiffer) {
  SeededEntropy one("one");
  SeededEntropy two("two");
  const Bytes bytes = Take(one, 32);
  EXPECT_NE(Take(two, 32), bytes);
  EXPECT_NE(Take(one, 32), bytes);
}

}  // namespace
}  // namespace pki
