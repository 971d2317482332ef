// A clock that stands still until a test sets it.
#ifndef PKI_TESTING_FIXED_CLOCK_H_
#define PKI_TESTING_FIXED_CLOCK_H_

#include <mutex>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pki/base/ports.h"

namespace pki {

// Safe on any thread.
class FixedClock : public Clock {
 public:
  explicit FixedClock(absl::Time now) : now_(now) {}

  absl::StatusOr<absl::Time> Now() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return now_;
  }
  void Set(absl::Time now) {
    const std::lock_guard<std::mutex> lock(mutex_);
    now_ = now;
  }
  void Advance(absl::Duration step) {
    const std::lock_guard<std::mutex> lock(mutex_);
    now_ += step;
  }

 private:
  std::mutex mutex_;
  absl::Time now_;
};

}  // namespace pki

#endif  // PKI_TESTING_FIXED_CLOCK_H_
