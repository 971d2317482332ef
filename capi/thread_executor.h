// The threads of the library's own: none but while a call is at work.
#ifndef PKI_CAPI_THREAD_EXECUTOR_H_
#define PKI_CAPI_THREAD_EXECUTOR_H_

#include <cstddef>
#include <functional>

#include "pki/base/ports.h"

namespace pki {

// Each call starts its threads and ends them: they cost some 20 microseconds
// each, and there is nothing to close. Safe on any thread.
class ThreadExecutor : public Executor {
 public:
  // At most `threads` work for one call, the caller's included.
  explicit ThreadExecutor(size_t threads) : threads_(threads) {}

  // Where the system gives fewer threads, those do the work.
  void ForEach(size_t count, const std::function<void(size_t)>& work) override;

 private:
  const size_t threads_;
};

}  // namespace pki

#endif  // PKI_CAPI_THREAD_EXECUTOR_H_
