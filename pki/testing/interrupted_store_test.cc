// When the interruption comes, and that it is told.
#include "pki/testing/interrupted_store.h"

#include "gtest/gtest.h"
#include "pki/store/memory_store.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

TEST(InterruptedStoreTest, TellsWhetherItWasInterrupted) {
  InterruptedStore store(std::make_shared<MemoryStore>());
  const auto call = [&store] { EXPECT_THAT(store.Get("key"), IsOk()); };
  EXPECT_FALSE(store.was_interrupted());
  call();
  EXPECT_FALSE(store.was_interrupted());
  int interruptions = 0;
  for (int round = 1; round <= 2; ++round) {
    store.InterruptAt(2, [&] { ++interruptions; });
    call();
    EXPECT_FALSE(store.was_interrupted());
    call();
    EXPECT_TRUE(store.was_interrupted());
    call();
    EXPECT_TRUE(store.was_interrupted());
    EXPECT_EQ(interruptions, round);
  }
}

}  // namespace
}  // namespace pki
