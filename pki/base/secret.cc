// Wiping of secret bytes.
#include "pki/base/secret.h"

#include <strings.h>

#include <cstring>
#include <utility>

namespace pki {

void WipeMemory(void* data, size_t size) {
  if (size != 0) explicit_bzero(data, size);
}

void Secret::Wipe() {
  WipeMemory(bytes_.data(), bytes_.size());
  bytes_.clear();
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Wipe();
    bytes_ = std::move(other.bytes_);
    other.bytes_.clear();
  }
  return *this;
}

}  // namespace pki
