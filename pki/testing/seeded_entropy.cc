// A counter under SHA-256.
#include "pki/testing/seeded_entropy.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "pki/crypto/digest.h"

namespace pki {

absl::Status SeededEntropy::Fill(uint8_t* out, size_t size) {
  const std::lock_guard<std::mutex> lock(mutex_);
  while (size != 0) {
    if (rest_.empty()) {
      rest_ = Copy(Sha256(View(absl::StrCat(seed_, "|", blocks_++))));
    }
    const size_t count = std::min(size, rest_.size());
    std::copy_n(rest_.begin(), count, out);
    rest_.erase(0, count);
    out += count;
    size -= count;
  }
  return absl::OkStatus();
}

}  // namespace pki
