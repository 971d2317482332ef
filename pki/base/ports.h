// Time, randomness and threads as the core sees them: three small ports that a
// host fills.
#ifndef PKI_BASE_PORTS_H_
#define PKI_BASE_PORTS_H_

#include <cstddef>
#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace pki {

// The time of day. Implementations are called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds are kept; what is finer is not used. Errors: CLOCK_FAILURE.
  virtual absl::StatusOr<absl::Time> Now() = 0;
};

// Randomness for serials, ids and tokens. Keys and signature nonces come from
// the crypto library's own generator, which cannot be replaced.
// Implementations are called from any thread.
class Entropy {
 public:
  virtual ~Entropy() = default;
  // Fills `size` bytes at `out`. Errors: ENTROPY_FAILURE; then `out` is not
  // used.
  virtual absl::Status Fill(uint8_t* out, size_t size) = 0;
};

// Threads that a host lends to one call. Implementations are called from any
// thread.
class Executor {
 public:
  virtual ~Executor() = default;
  // Runs work(0) to work(count - 1), each once, in any order and maybe several
  // at once. Returns when all have ended. An exception of `work`
  // (std::bad_alloc) comes out of it, when all that have begun have ended.
  virtual void ForEach(size_t count,
                       const std::function<void(size_t)>& work) = 0;
};

}  // namespace pki

#endif  // PKI_BASE_PORTS_H_
