// Threads for engines under test.
#ifndef PKI_TESTING_THREADS_H_
#define PKI_TESTING_THREADS_H_

#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "pki/base/ports.h"

namespace pki {

// Deals the work out to so many threads, none of them the caller's.
class Threads : public Executor {
 public:
  explicit Threads(size_t threads) : threads_(threads) {}

  void ForEach(size_t count, const std::function<void(size_t)>& work) override {
    std::vector<std::thread> threads;
    for (size_t first = 0; first < threads_; ++first) {
      threads.emplace_back([this, count, first, &work] {
        for (size_t i = first; i < count; i += threads_) work(i);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

 private:
  const size_t threads_;
};

}  // namespace pki

#endif  // PKI_TESTING_THREADS_H_
