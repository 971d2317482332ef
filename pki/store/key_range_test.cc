// What is in the ranges, and what is not.
#include "pki/store/key_range.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "pki/store/memory_store.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> KeysIn(Store& store, const KeyRange& range) {
  std::vector<std::string> keys;
  const auto entries = store.Scan(range, SIZE_MAX);
  for (const Entry& entry : *entries) {
    keys.push_back(entry.key);
  }
  return keys;
}

TEST(KeyRangeTest, HasWhatBeginsWithThePrefixAndNothingElse) {
  MemoryStore store;
  WriteBatch batch;
  for (const char* key :
       {"a", "a/", "a/b", "a/\xff", "a0", "a/bc", "b/", "\xc3\xa9x"}) {
    batch.puts.emplace_back(key, "");
  }
  ASSERT_THAT(store.Commit(batch), IsOk());
  EXPECT_THAT(KeysIn(store, KeysUnder("a/")),
              ElementsAre("a/", "a/b", "a/bc", "a/\xff"));
  EXPECT_THAT(KeysIn(store, KeysUnder("a/b")), ElementsAre("a/b", "a/bc"));
  EXPECT_THAT(KeysIn(store, KeysUnder("\xc3\xa9")), ElementsAre("\xc3\xa9x"));
  EXPECT_THAT(KeysIn(store, {KeyAfter("a/b"), "b"}),
              ElementsAre("a/bc", "a/\xff", "a0"));
}

}  // namespace
}  // namespace pki
