// Ranges of keys that have something in common.
#ifndef PKI_STORE_KEY_RANGE_H_
#define PKI_STORE_KEY_RANGE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "pki/store/store.h"

namespace pki {

// The keys that begin with `prefix`, which is not empty and ends in no byte
// 0xff, as text does not.
KeyRange KeysUnder(absl::string_view prefix);

// The first key that comes after `key`.
std::string KeyAfter(absl::string_view key);

}  // namespace pki

#endif  // PKI_STORE_KEY_RANGE_H_
