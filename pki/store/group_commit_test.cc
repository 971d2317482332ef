// Group commit, over work that the tests watch.
#include "pki/store/group_commit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "pki/base/status.h"
#include "pki/testing/status_matchers.h"

namespace {

// So many allocations of the thread succeed; a negative number is no limit.
thread_local int allocations_left = -1;

}  // namespace

void* operator new(size_t size) {
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left > 0) --allocations_left;
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void operator delete(void* memory) noexcept { std::free(memory); }

void operator delete(void* memory, size_t /*size*/) noexcept {
  std::free(memory);
}

namespace pki {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

WriteBatch Put(const std::string& key) {
  WriteBatch batch;
  batch.puts.emplace_back(key, "");
  return batch;
}

std::vector<std::string> KeysOf(const std::vector<WriteBatch>& batches) {
  std::vector<std::string> keys;
  for (const WriteBatch& batch : batches) {
    for (const auto& [key, value] : batch.puts) keys.push_back(key);
  }
  return keys;
}

// Commits "first", and while that is being worked on three more, from threads
// of their own. Returns the groups of the three.
std::vector<std::vector<std::string>> GroupsBehindFirst(size_t group_bytes) {
  std::vector<std::vector<std::string>> groups;
  std::promise<void> begun;
  std::promise<void> may_end;
  GroupCommit queue(group_bytes, [&](const std::vector<WriteBatch>& batches,
                                     std::vector<absl::Status>& results) {
    if (KeysOf(batches).front() == "first") {
      begun.set_value();
      may_end.get_future().wait();
    } else {
      groups.push_back(KeysOf(batches));
    }
    results.assign(batches.size(), absl::OkStatus());
  });
  std::vector<std::thread> threads;
  threads.emplace_back(
      [&] { EXPECT_THAT(queue.Commit(Put("first")), IsOk()); });
  begun.get_future().wait();
  for (const std::string key : {"one", "two", "six"}) {
    threads.emplace_back(
        [&queue, key] { EXPECT_THAT(queue.Commit(Put(key)), IsOk()); });
  }
  while (queue.waiting() != 3) std::this_thread::yield();
  may_end.set_value();
  for (std::thread& thread : threads) thread.join();
  return groups;
}

TEST(GroupCommitTest, WhoeverWaitsSharesOneCommit) {
  EXPECT_THAT(GroupsBehindFirst(100),
              ElementsAre(UnorderedElementsAre("one", "two", "six")));
}

TEST(GroupCommitTest, GroupIsBounded) {
  EXPECT_EQ(GroupsBehindFirst(6).size(), 2u);
  EXPECT_EQ(GroupsBehindFirst(1).size(), 3u);
}

TEST(GroupCommitTest, EveryCallerHasItsOwnResult) {
  GroupCommit queue(100, [&](const std::vector<WriteBatch>& batches,
                             std::vector<absl::Status>& results) {
    for (size_t i = 0; i < batches.size(); ++i) {
      results[i] = batches[i].puts[0].first == "good"
                       ? absl::OkStatus()
                       : Refuse(v1::REASON_STORE_PRECONDITION, "", "Bad.");
    }
  });
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&queue, i] {
      for (int j = 0; j < 100; ++j) {
        if (i % 2 == 0) {
          EXPECT_THAT(queue.Commit(Put("good")), IsOk());
        } else {
          EXPECT_THAT(queue.Commit(Put("bad")),
                      IsRefusal(v1::REASON_STORE_PRECONDITION));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(GroupCommitTest, QueueSurvivesAnException) {
  bool throws = true;
  GroupCommit queue(100, [&](const std::vector<WriteBatch>& batches,
                             std::vector<absl::Status>& results) {
    if (throws) throw std::bad_alloc();
    results.assign(batches.size(), absl::OkStatus());
  });
  EXPECT_THROW(queue.Commit(Put("a")).IgnoreError(), std::bad_alloc);
  throws = false;
  EXPECT_THAT(queue.Commit(Put("a")), IsOk());
}

TEST(GroupCommitTest, QueueSurvivesTheEndOfMemoryAnywhere) {
  GroupCommit queue(100, [&](const std::vector<WriteBatch>& batches,
                             std::vector<absl::Status>& results) {
    results.assign(batches.size(), absl::OkStatus());
  });
  int failures = 0;
  for (bool failed = true; failed;) {
    WriteBatch batch = Put("a");
    failed = false;
    allocations_left = failures;
    try {
      queue.Commit(std::move(batch)).IgnoreError();
    } catch (const std::bad_alloc&) {
      failed = true;
    }
    allocations_left = -1;
    if (failed) ++failures;
    EXPECT_EQ(queue.waiting(), 0u);
    EXPECT_THAT(queue.Commit(Put("a")), IsOk());
  }
  EXPECT_GT(failures, 2);
}

}  // namespace
}  // namespace pki
