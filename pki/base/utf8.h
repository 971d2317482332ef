// Text in UTF-8.
#ifndef PKI_BASE_UTF8_H_
#define PKI_BASE_UTF8_H_

#include <algorithm>
#include <cstddef>

#include "absl/strings/string_view.h"

namespace pki {

// The number of code points of well-formed UTF-8: the bytes that do not
// continue one.
inline size_t Utf8Length(absl::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (c & 0xc0) != 0x80; });
}

}  // namespace pki

#endif  // PKI_BASE_UTF8_H_
