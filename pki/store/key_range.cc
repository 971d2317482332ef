// Ends of ranges.
#include "pki/store/key_range.h"

#include "absl/strings/str_cat.h"

namespace pki {

KeyRange KeysUnder(absl::string_view prefix) {
  KeyRange range{std::string(prefix), std::string(prefix)};
  ++range.end.back();
  return range;
}

std::string KeyAfter(absl::string_view key) {
  return absl::StrCat(key, absl::string_view("\0", 1));
}

}  // namespace pki
