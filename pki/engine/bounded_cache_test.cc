// A cache keeps what it is given, up to its limit.
#include "pki/engine/bounded_cache.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"

namespace pki {
namespace {

constexpr int kLimit = 3;

class BoundedCacheTest : public testing::Test {
 protected:
  void Keep(int key) {
    cache_.At(std::to_string(key)) = std::make_shared<const int>(key);
  }
  bool Has(int key) const {
    const auto found = cache_.Find(std::to_string(key));
    return found != nullptr && *found == key;
  }

  BoundedCache<int> cache_{kLimit};
};

TEST_F(BoundedCacheTest, KeepsAndForgets) {
  Keep(1);
  Keep(2);
  cache_.Erase("1");
  EXPECT_FALSE(Has(1));
  EXPECT_TRUE(Has(2));
  EXPECT_EQ(*cache_.At("2"), 2);
  EXPECT_EQ(cache_.At("1"), nullptr);
}

TEST_F(BoundedCacheTest, GivesUpOneForAnother) {
  for (int key = 0; key < 100; ++key) {
    Keep(key);
    EXPECT_TRUE(Has(key));
    int kept = 0;
    for (int other = 0; other <= key; ++other) kept += Has(other) ? 1 : 0;
    EXPECT_EQ(kept, key < kLimit ? key + 1 : kLimit);
  }
}

TEST_F(BoundedCacheTest, GivesUpNothingForWhatIsThere) {
  for (int key = 0; key < kLimit; ++key) Keep(key);
  for (int key = 0; key < kLimit; ++key) Keep(key);
  for (int key = 0; key < kLimit; ++key) EXPECT_TRUE(Has(key));
}

}  // namespace
}  // namespace pki
