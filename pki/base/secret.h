// Bytes that must not outlive their use: private keys, key-encryption keys,
// passphrases.
#ifndef PKI_BASE_SECRET_H_
#define PKI_BASE_SECRET_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "pki/base/bytes.h"

namespace pki {

// Owns secret bytes and wipes them when destroyed, moved from or replaced. It
// cannot be copied, printed or compared by accident; whoever reads the bytes
// says Reveal(), which can be searched for. Not thread-safe.
class Secret {
 public:
  Secret() = default;
  // `size` zero bytes, to be filled through mutable_data().
  explicit Secret(size_t size) : bytes_(size) {}
  // Takes a copy; the caller wipes the original.
  explicit Secret(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) {}
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { Wipe(); }

  // Valid until the next non-const call.
  ByteView Reveal() const { return bytes_; }
  uint8_t* mutable_data() { return bytes_.data(); }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  // Overwrites the bytes with zeros and lets go of them.
  void Wipe();

 private:
  std::vector<uint8_t> bytes_;
};

// Overwrites memory in a way that the compiler does not remove.
void WipeMemory(void* data, size_t size);

}  // namespace pki

#endif  // PKI_BASE_SECRET_H_
