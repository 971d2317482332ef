// Randomness that repeats itself. Not secure: for tests only.
#ifndef PKI_TESTING_SEEDED_ENTROPY_H_
#define PKI_TESTING_SEEDED_ENTROPY_H_

#include <cstdint>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pki/base/bytes.h"
#include "pki/base/ports.h"

namespace pki {

// The stream SHA-256(seed|0), SHA-256(seed|1), ...: the same seed gives the
// same bytes, in whatever portions they are asked for. Safe on any thread; then
// only the whole stream repeats, not who gets which part of it.
class SeededEntropy : public Entropy {
 public:
  explicit SeededEntropy(absl::string_view seed) : seed_(seed) {}

  absl::Status Fill(uint8_t* out, size_t size) override;

 private:
  const Bytes seed_;
  std::mutex mutex_;  // guards all below
  uint64_t blocks_ = 0;
  Bytes rest_;  // of the last block, not yet given away
};

}  // namespace pki

#endif  // PKI_TESTING_SEEDED_ENTROPY_H_
