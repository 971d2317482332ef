// Bytes that must not outlive their use, and how they come to be: keys and
// passphrases, from files and from the terminal.
#ifndef PKI_CAPI_CLI_SECRET_H_
#define PKI_CAPI_CLI_SECRET_H_

#include <strings.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pkictl {

// Wipes memory before it gives it back.
template <typename T>
struct WipingAllocator {
  using value_type = T;

  WipingAllocator() = default;
  template <typename U>
  // Containers convert allocators.
  // NOLINTNEXTLINE(google-explicit-constructor)
  WipingAllocator(const WipingAllocator<U>&) {}

  T* allocate(size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* memory, size_t count) {
    explicit_bzero(memory, count * sizeof(T));
    std::allocator<T>().deallocate(memory, count);
  }
  bool operator==(const WipingAllocator&) const { return true; }
  bool operator!=(const WipingAllocator&) const { return false; }
};

// Wiped wherever it moves, grows and ends. Not a string: a short one keeps its
// bytes where no allocator sees them.
using Secret = std::vector<char, WipingAllocator<char>>;

// Valid as long as `secret` is.
inline absl::string_view View(const Secret& secret) {
  return absl::string_view(secret.data(), secret.size());
}

// What keys in a store are sealed under: at most one of the two.
struct SealingKey {
  Secret key;  // 32 bytes
  Secret passphrase;

  bool empty() const { return key.empty() && passphrase.empty(); }
};

// The key in a file of 32 bytes, or of 64 hexadecimal digits and maybe a
// newline. Like ssh, it refuses a file of ours that others may read or write.
absl::StatusOr<SealingKey> ReadKeyFile(const std::string& path);

// The passphrase that a file holds, without the newline at its end. It refuses
// the same files.
absl::StatusOr<SealingKey> ReadPassphraseFile(const std::string& path);

// Asks on the terminal of the process, without echo, whatever its standard
// input is; when `is_new`, twice. `whose` is a part of the prompt.
absl::StatusOr<SealingKey> AskPassphrase(const std::string& whose, bool is_new);

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_SECRET_H_
