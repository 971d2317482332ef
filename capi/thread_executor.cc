// Threads that share one counter.
#include "capi/thread_executor.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

namespace pki {

void ThreadExecutor::ForEach(size_t count,
                             const std::function<void(size_t)>& work) {
  std::atomic<size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;  // the first one; guarded by mutex
  const auto run = [&] {
    try {
      for (size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      // What has not begun does not begin.
      next = count;
      const std::lock_guard<std::mutex> lock(mutex);
      if (failure == nullptr) failure = std::current_exception();
    }
  };
  const size_t helpers = std::min(threads_, count);
  std::vector<std::thread> threads;
  threads.reserve(helpers);
  try {
    while (threads.size() + 1 < helpers) threads.emplace_back(run);
  } catch (const std::system_error&) {
    // No more threads are to be had.
  } catch (const std::bad_alloc&) {
    // The same.
  }
  run();
  for (std::thread& thread : threads) thread.join();
  if (failure != nullptr) std::rethrow_exception(failure);
}

}  // namespace pki
