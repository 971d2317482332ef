// Time and randomness as the core sees them: two small ports that a host fills.
#ifndef PKI_BASE_PORTS_H_
#define PKI_BASE_PORTS_H_

#include <cstddef>
#include <cstdint>

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

}  // namespace pki

#endif  // PKI_BASE_PORTS_H_
