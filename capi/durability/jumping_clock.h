// A host's clock that goes back and forth by weeks.
#ifndef PKI_CAPI_DURABILITY_JUMPING_CLOCK_H_
#define PKI_CAPI_DURABILITY_JUMPING_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "capi/pki_engine.h"

namespace pki {

// Tells the system's time at first. Safe on any thread. Outlives the engine.
class JumpingClock {
 public:
  JumpingClock() {
    host_.size = sizeof(host_);
    host_.context = this;
    host_.clock = Read;
  }
  JumpingClock(const JumpingClock&) = delete;
  JumpingClock& operator=(const JumpingClock&) = delete;

  const pki_host* host() const { return &host_; }

  // To at most 40 days before or after the system's time, from where it goes
  // on: certificates of a month expire, and are valid again.
  void Jump(uint64_t random) {
    constexpr int64_t kMost = int64_t{40} * 86400 * 1000;  // milliseconds
    ahead_ = static_cast<int64_t>(random % (2 * kMost)) - kMost;
  }

 private:
  static int32_t Read(void* context, int64_t* milliseconds) {
    *milliseconds = absl::ToUnixMillis(absl::Now()) +
                    static_cast<JumpingClock*>(context)->ahead_;
    return 0;
  }

  pki_host host_ = {};
  std::atomic<int64_t> ahead_{0};  // milliseconds
};

}  // namespace pki

#endif  // PKI_CAPI_DURABILITY_JUMPING_CLOCK_H_
