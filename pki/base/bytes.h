// Views of bytes and owned bytes, and the way between them and text.
#ifndef PKI_BASE_BYTES_H_
#define PKI_BASE_BYTES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace pki {

// Bytes that somebody else owns. Used for arguments; a type that keeps one says
// whose bytes they are.
using ByteView = absl::Span<const uint8_t>;

// Owned bytes: the type that protobuf gives a `bytes` field, so that a
// certificate moves from the encoder to a record without a copy.
using Bytes = std::string;

inline ByteView View(absl::string_view bytes) {
  return ByteView(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

// The same bytes as text; for comparing, hashing and appending.
inline absl::string_view Text(ByteView bytes) {
  return absl::string_view(reinterpret_cast<const char*>(bytes.data()),
                           bytes.size());
}

inline Bytes Copy(ByteView bytes) { return Bytes(Text(bytes)); }

// The significant bytes of a big-endian number; none for zero.
inline ByteView StripLeadingZeros(ByteView number) {
  while (!number.empty() && number[0] == 0) number.remove_prefix(1);
  return number;
}

// Lower-case hexadecimal, two digits a byte, no separators.
std::string Hex(ByteView bytes);

}  // namespace pki

#endif  // PKI_BASE_BYTES_H_
