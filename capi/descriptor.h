// A file descriptor that is closed with the object.
#ifndef PKI_CAPI_DESCRIPTOR_H_
#define PKI_CAPI_DESCRIPTOR_H_

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <utility>

#include "absl/strings/string_view.h"

namespace pki {

// An open file or folder, or none.
class Descriptor {
 public:
  // A negative number is none. It belongs to the object from here on.
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept
      : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }

  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }

  // False, with errno, when not all of it was written.
  bool Write(absl::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = write(number_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return true;
  }

 private:
  int number_;
};

}  // namespace pki

#endif  // PKI_CAPI_DESCRIPTOR_H_
