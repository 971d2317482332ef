// The test cases that every Store passes.
#include "pki/store/conformance.h"

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/testing/status_matchers.h"

namespace pki {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr size_t kNoLimit = 1000;

WriteBatch Put(absl::string_view key, absl::string_view value) {
  WriteBatch batch;
  batch.puts.emplace_back(key, value);
  return batch;
}

WriteBatch Delete(absl::string_view key) {
  WriteBatch batch;
  batch.deletes.emplace_back(key);
  return batch;
}

WriteBatch OnlyIf(Precondition precondition, WriteBatch batch) {
  batch.preconditions.push_back(std::move(precondition));
  return batch;
}

Precondition Absent(absl::string_view key) {
  return {std::string(key), std::nullopt};
}

// The value of a key; "(none)" when it is absent.
std::string ValueOf(Store& store, absl::string_view key) {
  const auto entry = store.Get(key);
  EXPECT_THAT(entry, IsOk());
  if (!entry.ok() || !entry->has_value()) return "(none)";
  EXPECT_EQ((*entry)->key, key);
  return (*entry)->value;
}

// The version of a key; 0 when it is absent.
Version VersionOf(Store& store, absl::string_view key) {
  const auto entry = store.Get(key);
  EXPECT_THAT(entry, IsOk());
  return entry.ok() && entry->has_value() ? (*entry)->version : 0;
}

std::vector<std::string> KeysOf(Store& store, absl::string_view begin,
                                absl::string_view end,
                                size_t limit = kNoLimit) {
  const auto entries =
      store.Scan({std::string(begin), std::string(end)}, limit);
  EXPECT_THAT(entries, IsOk());
  std::vector<std::string> keys;
  if (!entries.ok()) return keys;
  for (const Entry& entry : *entries) keys.push_back(entry.key);
  return keys;
}

// Runs `work` on several threads at once, until all have ended.
void RunOnThreads(int count, const std::function<void()>& work) {
  std::vector<std::thread> threads;
  threads.reserve(count);
  for (int i = 0; i < count; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

TEST_P(StoreConformanceTest, AbsentKeyIsNoneAndNoError) {
  EXPECT_EQ(ValueOf(*store_, "a"), "(none)");
}

TEST_P(StoreConformanceTest, PutIsSeenAfterCommit) {
  ASSERT_THAT(store_->Commit(Put("a", "1")), IsOk());
  EXPECT_EQ(ValueOf(*store_, "a"), "1");
  EXPECT_GE(VersionOf(*store_, "a"), 1u);
}

TEST_P(StoreConformanceTest, AnyBytesAreKeysAndValues) {
  const std::string key("\0k\xff/\n", 5);
  const std::string value("\0v\x80", 3);
  const std::string large(1 << 20, '\xfe');
  ASSERT_THAT(store_->Commit(Put(key, value)), IsOk());
  ASSERT_THAT(store_->Commit(Put("large", large)), IsOk());
  ASSERT_THAT(store_->Commit(Put("empty", "")), IsOk());
  EXPECT_EQ(ValueOf(*store_, key), value);
  EXPECT_EQ(ValueOf(*store_, "large"), large);
  EXPECT_EQ(ValueOf(*store_, "empty"), "");
}

TEST_P(StoreConformanceTest, EmptyBatchCommits) {
  EXPECT_THAT(store_->Commit({}), IsOk());
}

TEST_P(StoreConformanceTest, EveryWriteRaisesTheVersion) {
  ASSERT_THAT(store_->Commit(Put("a", "same")), IsOk());
  const Version first = VersionOf(*store_, "a");
  ASSERT_THAT(store_->Commit(Put("a", "same")), IsOk());
  EXPECT_GT(VersionOf(*store_, "a"), first);
}

TEST_P(StoreConformanceTest, VersionsAreNotReusedAfterDelete) {
  ASSERT_THAT(store_->Commit(Put("a", "1")), IsOk());
  const Version first = VersionOf(*store_, "a");
  ASSERT_THAT(store_->Commit(Delete("a")), IsOk());
  ASSERT_THAT(store_->Commit(Put("a", "1")), IsOk());
  EXPECT_GT(VersionOf(*store_, "a"), first);
}

TEST_P(StoreConformanceTest, WritingOneKeyLeavesOtherVersions) {
  ASSERT_THAT(store_->Commit(Put("a", "1")), IsOk());
  const Version first = VersionOf(*store_, "a");
  ASSERT_THAT(store_->Commit(Put("b", "2")), IsOk());
  EXPECT_EQ(VersionOf(*store_, "a"), first);
}

TEST_P(StoreConformanceTest, DeleteRemovesAndToleratesAbsence) {
  ASSERT_THAT(store_->Commit(Put("a", "1")), IsOk());
  ASSERT_THAT(store_->Commit(Delete("a")), IsOk());
  EXPECT_EQ(ValueOf(*store_, "a"), "(none)");
  EXPECT_THAT(KeysOf(*store_, "", "z"), IsEmpty());
  EXPECT_THAT(store_->Commit(Delete("a")), IsOk());
}

TEST_P(StoreConformanceTest, PutsApplyInOrderThenDeletes) {
  WriteBatch batch;
  batch.puts = {{"a", "1"}, {"a", "2"}, {"b", "1"}};
  batch.deletes = {"b"};
  ASSERT_THAT(store_->Commit(std::move(batch)), IsOk());
  EXPECT_EQ(ValueOf(*store_, "a"), "2");
  EXPECT_EQ(ValueOf(*store_, "b"), "(none)");
}

TEST_P(StoreConformanceTest, AbsentPreconditionHoldsOnce) {
  EXPECT_THAT(store_->Commit(OnlyIf(Absent("a"), Put("a", "1"))), IsOk());
  EXPECT_THAT(store_->Commit(OnlyIf(Absent("a"), Put("a", "2"))),
              IsRefusal(v1::REASON_STORE_PRECONDITION));
  EXPECT_EQ(ValueOf(*store_, "a"), "1");
}

TEST_P(StoreConformanceTest, VersionPreconditionHoldsForThatVersionOnly) {
  ASSERT_THAT(store_->Commit(Put("a", "1")), IsOk());
  const Version version = VersionOf(*store_, "a");
  const auto put_at = [&](Version wanted, absl::string_view value) {
    return store_->Commit(OnlyIf({"a", wanted}, Put("a", value)));
  };
  EXPECT_THAT(put_at(version + 1, "2"),
              IsRefusal(v1::REASON_STORE_PRECONDITION));
  EXPECT_THAT(put_at(version, "3"), IsOk());
  EXPECT_THAT(put_at(version, "4"), IsRefusal(v1::REASON_STORE_PRECONDITION));
  EXPECT_EQ(ValueOf(*store_, "a"), "3");
}

TEST_P(StoreConformanceTest, VersionPreconditionFailsOnAbsentKey) {
  EXPECT_THAT(store_->Commit(OnlyIf({"a", Version{1}}, Put("b", "1"))),
              IsRefusal(v1::REASON_STORE_PRECONDITION));
  ASSERT_THAT(store_->Commit(Put("a", "1")), IsOk());
  const Version version = VersionOf(*store_, "a");
  ASSERT_THAT(store_->Commit(Delete("a")), IsOk());
  EXPECT_THAT(store_->Commit(OnlyIf({"a", version}, Put("b", "1"))),
              IsRefusal(v1::REASON_STORE_PRECONDITION));
  EXPECT_EQ(ValueOf(*store_, "b"), "(none)");
}

TEST_P(StoreConformanceTest, OneBrokenPreconditionWritesNothing) {
  ASSERT_THAT(store_->Commit(Put("a", "1")), IsOk());
  const Version version = VersionOf(*store_, "a");
  WriteBatch batch;
  batch.preconditions = {{"a", version}, Absent("b"), {"c", version}};
  batch.puts = {{"a", "2"}, {"b", "2"}};
  batch.deletes = {"a"};
  EXPECT_THAT(store_->Commit(std::move(batch)),
              IsRefusal(v1::REASON_STORE_PRECONDITION));
  EXPECT_EQ(ValueOf(*store_, "a"), "1");
  EXPECT_EQ(VersionOf(*store_, "a"), version);
  EXPECT_EQ(ValueOf(*store_, "b"), "(none)");
}

TEST_P(StoreConformanceTest, PreconditionsMayBeOnKeysNotWritten) {
  ASSERT_THAT(store_->Commit(Put("a", "1")), IsOk());
  const Version version = VersionOf(*store_, "a");
  EXPECT_THAT(store_->Commit(OnlyIf({"a", version}, Put("b", "1"))), IsOk());
  EXPECT_THAT(store_->Commit(OnlyIf({"a", version}, {})), IsOk());
}

TEST_P(StoreConformanceTest, ScanIsInByteOrder) {
  const std::string zero("a\0", 2);
  for (const std::string& key :
       {std::string("b"), std::string("a\xff"), std::string("a"), zero,
        std::string("B"), std::string("a/")}) {
    ASSERT_THAT(store_->Commit(Put(key, key)), IsOk());
  }
  EXPECT_THAT(KeysOf(*store_, "", "z"),
              ElementsAre("B", "a", zero, "a/", "a\xff", "b"));
}

TEST_P(StoreConformanceTest, ScanHasItsBeginAndNotItsEnd) {
  for (const char* const key : {"a", "b", "c"}) {
    ASSERT_THAT(store_->Commit(Put(key, key)), IsOk());
  }
  EXPECT_THAT(KeysOf(*store_, "a", "c"), ElementsAre("a", "b"));
  EXPECT_THAT(KeysOf(*store_, "aa", "ca"), ElementsAre("b", "c"));
  EXPECT_THAT(KeysOf(*store_, "b", "b"), IsEmpty());
  EXPECT_THAT(KeysOf(*store_, "c", "a"), IsEmpty());
  EXPECT_THAT(KeysOf(*store_, "a", ""), IsEmpty());
  EXPECT_THAT(KeysOf(*store_, "d", "z"), IsEmpty());
}

TEST_P(StoreConformanceTest, ScanStopsAtItsLimit) {
  for (const char* const key : {"c", "a", "b"}) {
    ASSERT_THAT(store_->Commit(Put(key, key)), IsOk());
  }
  EXPECT_THAT(KeysOf(*store_, "", "z", 0), IsEmpty());
  EXPECT_THAT(KeysOf(*store_, "", "z", 2), ElementsAre("a", "b"));
  EXPECT_THAT(KeysOf(*store_, "", "z", 3), ElementsAre("a", "b", "c"));
}

TEST_P(StoreConformanceTest, ScanAnswersWhatGetAnswers) {
  ASSERT_THAT(store_->Commit(Put("a", "1")), IsOk());
  ASSERT_THAT(store_->Commit(Put("a", "2")), IsOk());
  const auto entries = store_->Scan({"a", "b"}, kNoLimit);
  ASSERT_THAT(entries, IsOk());
  ASSERT_THAT(*entries, SizeIs(1));
  EXPECT_EQ(entries->front().value, "2");
  EXPECT_EQ(entries->front().version, VersionOf(*store_, "a"));
}

TEST_P(StoreConformanceTest, ScanSeesWritesBetweenScans) {
  ASSERT_THAT(store_->Commit(Put("b", "1")), IsOk());
  EXPECT_THAT(KeysOf(*store_, "", "z"), ElementsAre("b"));
  ASSERT_THAT(store_->Commit(Put("a", "1")), IsOk());
  ASSERT_THAT(store_->Commit(Delete("b")), IsOk());
  ASSERT_THAT(store_->Commit(Put("c", "1")), IsOk());
  ASSERT_THAT(store_->Commit(Delete("c")), IsOk());
  EXPECT_THAT(KeysOf(*store_, "", "z"), ElementsAre("a"));
}

// Writers that read, add one, and commit only if nobody came between: no
// addition is lost.
TEST_P(StoreConformanceTest, ConcurrentWritersLoseNothing) {
  constexpr int kThreads = 4;
  constexpr int kAdditions = 50;
  ASSERT_THAT(store_->Commit(Put("n", "0")), IsOk());
  const auto add_one = [this]() -> absl::Status {
    PKI_ASSIGN_OR_RETURN(const auto entry, store_->Get("n"));
    int n = 0;
    if (!entry.has_value() || !absl::SimpleAtoi(entry->value, &n)) {
      return absl::DataLossError("the number is gone");
    }
    return store_->Commit(
        OnlyIf({"n", entry->version}, Put("n", absl::StrCat(n + 1))));
  };
  RunOnThreads(kThreads, [&] {
    for (int added = 0; added < kAdditions;) {
      const absl::Status status = add_one();
      if (status.ok()) {
        ++added;
      } else if (ReasonOf(status) != v1::REASON_STORE_PRECONDITION) {
        ADD_FAILURE() << status;
        return;
      }
    }
  });
  EXPECT_EQ(ValueOf(*store_, "n"), absl::StrCat(kThreads * kAdditions));
}

// One of many that create the same key wins.
TEST_P(StoreConformanceTest, ConcurrentCreatorsHaveOneWinner) {
  std::atomic<int> winners{0};
  RunOnThreads(4, [&] {
    if (store_->Commit(OnlyIf(Absent("a"), Put("a", "1"))).ok()) ++winners;
  });
  EXPECT_EQ(winners, 1);
}

// Two keys that are always written together are never seen apart.
TEST_P(StoreConformanceTest, ReadersSeeWholeCommits) {
  constexpr int kCommits = 200;
  const auto write = [this](int n) {
    WriteBatch batch;
    batch.puts = {{"a", absl::StrCat(n)}, {"b", absl::StrCat(n)}};
    return store_->Commit(std::move(batch));
  };
  ASSERT_THAT(write(0), IsOk());
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int n = 1; n <= kCommits; ++n) EXPECT_THAT(write(n), IsOk());
    done = true;
  });
  int scans = 0;
  int torn = 0;
  do {
    const auto entries = store_->Scan({"a", "c"}, kNoLimit);
    ++scans;
    if (!entries.ok() || entries->size() != 2 ||
        (*entries)[0].value != (*entries)[1].value) {
      ++torn;
    }
  } while (!done);
  writer.join();
  EXPECT_GT(scans, 0);
  EXPECT_EQ(torn, 0);
}

}  // namespace
}  // namespace pki
