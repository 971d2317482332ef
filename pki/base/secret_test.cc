// Tests that secret bytes are gone when a Secret lets go of them.
//
// The program's own operator delete looks at each block that is about to be
// freed: what still holds the pattern there was not wiped.
#include "pki/base/secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "absl/strings/string_view.h"

namespace {

constexpr uint8_t kPattern = 0xa7;
constexpr size_t kSize = 48;  // bytes

// Counts the blocks freed with the pattern in them, and those of our size
// freed at all.
std::atomic<int> leaked{0};

void Free(void* block) noexcept {
  if (block != nullptr && malloc_usable_size(block) >= kSize) {
    const auto* bytes = static_cast<const uint8_t*>(block);
    int run = 0;
    for (size_t i = 0; i < kSize; ++i) run += bytes[i] == kPattern ? 1 : 0;
    if (run > static_cast<int>(kSize) / 2) ++leaked;
  }
  std::free(block);
}

}  // namespace

void* operator new(size_t size) {
  void* block = std::malloc(size);
  if (block == nullptr) std::abort();
  return block;
}
void operator delete(void* block) noexcept { Free(block); }
void operator delete(void* block, size_t) noexcept { Free(block); }

namespace pki {
namespace {

using ::testing::Each;
using ::testing::SizeIs;

static_assert(!std::is_copy_constructible_v<Secret>);
static_assert(!std::is_copy_assignable_v<Secret>);

Secret Patterned() {
  Secret secret(kSize);
  std::memset(secret.mutable_data(), kPattern, secret.size());
  return secret;
}

class SecretTest : public ::testing::Test {
 protected:
  SecretTest() { leaked = 0; }
};

TEST_F(SecretTest, TheCheckSeesBytesThatAreNotWiped) {
  { const std::vector<uint8_t> plain(kSize, kPattern); }
  EXPECT_EQ(leaked, 1);
}

TEST_F(SecretTest, HoldsWhatItWasGiven) {
  const Secret zeros(kSize);
  EXPECT_THAT(zeros.Reveal(), SizeIs(kSize));
  EXPECT_THAT(zeros.Reveal(), Each(0));
  const uint8_t bytes[] = {1, 2, 3};
  const Secret copy{ByteView(bytes)};
  EXPECT_EQ(Text(copy.Reveal()), Text(bytes));
  EXPECT_TRUE(Secret().empty());
}

TEST_F(SecretTest, WipesWhenDestroyed) {
  { const Secret secret = Patterned(); }
  EXPECT_EQ(leaked, 0);
}

TEST_F(SecretTest, WipesWhenReplaced) {
  Secret secret = Patterned();
  secret = Secret(1);
  EXPECT_EQ(secret.size(), 1u);
  EXPECT_EQ(leaked, 0);
}

TEST_F(SecretTest, MovesWithoutLeavingACopy) {
  Secret from = Patterned();
  const uint8_t* const bytes = from.Reveal().data();
  const Secret to = std::move(from);
  EXPECT_EQ(to.Reveal().data(), bytes);
  EXPECT_THAT(to.Reveal(), Each(kPattern));
  EXPECT_EQ(leaked, 0);
}

TEST_F(SecretTest, IsEmptyOnceWiped) {
  Secret secret = Patterned();
  secret.Wipe();
  EXPECT_TRUE(secret.empty());
}

TEST_F(SecretTest, WipeMemoryWritesZeros) {
  uint8_t bytes[kSize];
  std::memset(bytes, kPattern, sizeof(bytes));
  WipeMemory(bytes, sizeof(bytes));
  EXPECT_THAT(bytes, Each(0));
  WipeMemory(nullptr, 0);
}

}  // namespace
}  // namespace pki
