// What is kept of what was read, so that it need not be read again: so much of
// it and no more.
#ifndef PKI_ENGINE_BOUNDED_CACHE_H_
#define PKI_ENGINE_BOUNDED_CACHE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace pki {

// Not safe on several threads.
template <typename Value>
class BoundedCache {
 public:
  using Pointer = std::shared_ptr<const Value>;

  // `limit` is at least 1.
  explicit BoundedCache(size_t limit) : limit_(limit) {}

  // Null for none.
  Pointer Find(absl::string_view key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : found->second;
  }

  // The place of `key`, null when it is new. Any other may be given up for it.
  // Valid until the next call.
  Pointer& At(absl::string_view key) {
    const auto found = entries_.find(key);
    if (found != entries_.end()) return found->second;
    if (entries_.size() == limit_) entries_.erase(entries_.begin());
    return entries_[key];
  }

  void Erase(absl::string_view key) { entries_.erase(key); }

 private:
  const size_t limit_;
  absl::flat_hash_map<std::string, Pointer> entries_;
};

}  // namespace pki

#endif  // PKI_ENGINE_BOUNDED_CACHE_H_
