// What a guarded store asks of every commit.
#include "pki/engine/guarded_store.h"

#include <utility>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "pki/store/memory_store.h"
#include "pki/store/store.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

// Keeps what it is asked for.
class RecordingStore : public MemoryStore {
 public:
  absl::Status Commit(WriteBatch batch) override {
    last = batch;
    return MemoryStore::Commit(std::move(batch));
  }

  WriteBatch last;
};

class GuardedStoreTest : public testing::Test {
 protected:
  GuardedStoreTest() {
    WriteBatch grant;
    grant.puts = {{"grant", "1"}};
    EXPECT_THAT(store_.Commit(grant), IsOk());
    version_ = (*store_.Get("grant"))->version;
  }

  static WriteBatch Put(const char* key) {
    WriteBatch batch;
    batch.puts = {{key, ""}};
    return batch;
  }

  RecordingStore store_;
  GuardedStore guarded_{&store_};
  Version version_ = 0;
};

TEST_F(GuardedStoreTest, CommitsAsLongAsItMay) {
  guarded_.Require({"grant", version_});
  EXPECT_THAT(guarded_.Commit(Put("a")), IsOk());
  EXPECT_TRUE(guarded_.Get("a")->has_value());
  EXPECT_THAT(store_.Commit(Put("grant")), IsOk());
  EXPECT_THAT(guarded_.Commit(Put("b")),
              IsRefusal(v1::REASON_STORE_PRECONDITION, ""));
  EXPECT_EQ(guarded_.Scan({"", "z"}, 9)->size(), 2u);
}

TEST_F(GuardedStoreTest, AsksOnceForWhatIsRequiredTwice) {
  for (int i = 0; i < 3; ++i) guarded_.Require({"grant", version_});
  EXPECT_THAT(guarded_.Commit(Put("a")), IsOk());
  EXPECT_EQ(store_.last.preconditions.size(), 1u);
}

// It was another when it was asked for again.
TEST_F(GuardedStoreTest, AsksForEachVersion) {
  guarded_.Require({"grant", version_});
  guarded_.Require({"grant", version_ + 1});
  EXPECT_THAT(guarded_.Commit(Put("a")),
              IsRefusal(v1::REASON_STORE_PRECONDITION, ""));
  EXPECT_EQ(store_.last.preconditions.size(), 2u);
}

}  // namespace
}  // namespace pki
