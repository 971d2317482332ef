// Tests of the library's own threads.
#include "capi/thread_executor.h"

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <new>
#include <set>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace pki {
namespace {

TEST(ThreadExecutorTest, DoesEachPieceOnce) {
  for (const size_t threads : {1, 2, 4, 9}) {
    for (const size_t count : {0, 1, 3, 1000}) {
      std::vector<std::atomic<int>> done(count);
      ThreadExecutor(threads).ForEach(count, [&](size_t i) { ++done[i]; });
      for (const std::atomic<int>& times : done) EXPECT_EQ(times, 1);
    }
  }
}

TEST(ThreadExecutorTest, WorksOnSeveralThreadsAtOnce) {
  constexpr size_t kThreads = 3;
  std::mutex mutex;
  std::condition_variable all_here;
  std::set<std::thread::id> ids;
  // Each waits for the others: on fewer threads this would never end.
  ThreadExecutor(kThreads).ForEach(kThreads, [&](size_t) {
    std::unique_lock<std::mutex> lock(mutex);
    ids.insert(std::this_thread::get_id());
    all_here.notify_all();
    all_here.wait(lock, [&] { return ids.size() == kThreads; });
  });
  EXPECT_EQ(ids.count(std::this_thread::get_id()), 1u);
}

TEST(ThreadExecutorTest, AnExceptionComesOutWhenAllHaveEnded) {
  for (const size_t threads : {1, 4}) {
    std::atomic<int> running{0};
    EXPECT_THROW(ThreadExecutor(threads).ForEach(100,
                                                 [&](size_t i) {
                                                   ++running;
                                                   if (i == 10) {
                                                     --running;
                                                     throw std::bad_alloc();
                                                   }
                                                   --running;
                                                 }),
                 std::bad_alloc);
    EXPECT_EQ(running, 0);
  }
}

}  // namespace
}  // namespace pki
